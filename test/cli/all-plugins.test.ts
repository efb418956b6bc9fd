import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../src/plugin/finding.ts';
import { kongcrate } from '../support/must-succeed.ts';
import { runKongcrate } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const CORPUS = join(import.meta.dirname, '../../testdata/corpus');
const SEVERAL = join(CORPUS, 'several-deep');
const directory = temporaryDirectory();
const at = (name: string): string => join(directory, name);
const KEY = ['--key', at('cosign.key')];

interface Packed {
  readonly name: string;
  readonly output: string;
  readonly digest: string;
  readonly dependencies: readonly object[];
}

async function refused(args: readonly string[]): Promise<[status: number | null, text: string]> {
  const { status, stdout, stderr } = await runKongcrate(args, { env: { COSIGN_PASSWORD: '' } });
  expect(stdout).toBe('');
  return [status, stderr];
}

beforeAll(async () => {
  await kongcrate(['generate-key-pair', '--output-key-prefix', at('cosign')]);
  cpSync(SEVERAL, at('one-bad'), { recursive: true });
  writeFileSync(at('one-bad/packages/lua/beta/kong/plugins/beta/handler.lua'), 'return 1');
});

describe('pack --all', () => {
  it('writes what --plugin writes of each', async () => {
    mkdirSync(at('all'));
    const json = await kongcrate(['pack', SEVERAL, '--all', '-o', at('all'), '--json']);
    const { plugins } = JSON.parse(json) as { plugins: Packed[] };
    expect(plugins.map(({ output }) => output)).toEqual([
      at('all/alpha-1.0.0.tar.gz'),
      at('all/beta-2.1.0.tar.gz'),
    ]);
    for (const { name, digest } of plugins) {
      const alone = ['pack', SEVERAL, '--plugin', name, '-o', at(`${name}.tar.gz`), '--json'];
      expect(JSON.parse(await kongcrate(alone))).toMatchObject({ name, digest });
    }
    const again = await kongcrate(['pack', SEVERAL, '--all', '-o', at('all')]);
    expect(again.split('\n')).toEqual(plugins.map(({ output }) => output));
  });

  it('writes nothing unless every plugin is sound', async () => {
    mkdirSync(at('none'));
    const [status, text] = await refused(['pack', at('one-bad'), '--all', '-o', at('none')]);
    expect([status, readdirSync(at('none'))]).toEqual([8, []]);
    expect(text).toContain('packages/lua/beta/kong/plugins/beta/handler.lua:1');
  });

  it('says of several faults what mends each', async () => {
    const both = at('two-faults');
    cpSync(join(CORPUS, 'usual-tree'), both, { recursive: true });
    const [plugin = ''] = readdirSync(join(both, 'kong/plugins'));
    for (const file of ['handler.lua', 'schema.lua'])
      writeFileSync(join(both, 'kong/plugins', plugin, file), 'return 1');
    const [status, text] = await refused(['pack', both, '-o', at('faulty.tar.gz')]);
    expect([status, text.match(/^ {2}→ /gm)?.length]).toEqual([8, 3]);
    expect(text).toContain('Mend each of them');
  });

  it('is not for one plugin, and one is not for several', async () => {
    for (const command of ['pack', 'lint'])
      expect(await refused([command, SEVERAL, '--all', '--plugin', 'beta'])).toEqual([
        2,
        expect.stringContaining('--plugin beta'),
      ]);
    const [status, text] = await refused(['pack', SEVERAL]);
    expect([status, text]).toEqual([8, expect.stringContaining('--all')]);
  });
});

describe('lint --all', () => {
  it('lists the findings of each, with the plugin they are of', async () => {
    const { status, stdout } = await runKongcrate(['lint', at('one-bad'), '--all', '--json']);
    expect(status).toBe(8);
    const { plugins } = JSON.parse(stdout) as { plugins: { findings: Finding[] }[] };
    expect(plugins).toMatchObject([
      { name: 'alpha', version: '1.0.0', findings: [] },
      { name: 'beta', findings: [{ rule: 'handler-return' }] },
    ]);
    const text = await kongcrate(['lint', SEVERAL, '--all']);
    expect(text).toContain('alpha 1.0.0: 2 files');
    expect(text).toContain('beta 2.1.0: 2 files');
  });
});

describe('publish --all', () => {
  const place = `oci-layout:${at('layouts')}`;
  const publish = (...args: string[]): readonly string[] => ['publish', ...args, '--all', ...KEY];

  it('makes PLACE/NAME:VERSION of each', async () => {
    const dryRun = await kongcrate([...publish(SEVERAL, place), '--dry-run']);
    expect(existsSync(at('layouts'))).toBe(false);
    const printed = await kongcrate(publish(SEVERAL, place));
    expect(printed).toBe(dryRun);
    expect(printed.split('\n')).toEqual([
      expect.stringMatching(/^oci-layout:.*\/layouts\/alpha@sha256:[0-9a-f]{64}$/),
      expect.stringMatching(/^oci-layout:.*\/layouts\/beta@sha256:[0-9a-f]{64}$/),
    ]);
    const install = [`${place}/alpha:1.0.0`, `${place}/beta:2.1.0`, '--lua-root', at('lua')];
    await kongcrate(['install', ...install, '--key', at('cosign.pub')]);
    expect(existsSync(at('lua/kong/plugins/beta/handler.lua'))).toBe(true);
    rmSync(at('lua'), { recursive: true });
  });

  it('writes nothing unless every plugin is sound, and takes no tag', async () => {
    const elsewhere = `oci-layout:${at('elsewhere')}`;
    expect((await refused(publish(at('one-bad'), elsewhere)))[0]).toBe(8);
    const [status, text] = await refused(publish(SEVERAL, `${elsewhere}:1.0.0`));
    expect([status, text]).toEqual([2, expect.stringContaining('PLACE/NAME:VERSION')]);
    expect(existsSync(at('elsewhere'))).toBe(false);
  });

  it('names the plugin whose version is no tag', async () => {
    cpSync(SEVERAL, at('odd'), { recursive: true });
    const handler = at('odd/packages/lua/beta/kong/plugins/beta/handler.lua');
    writeFileSync(handler, 'return { PRIORITY = 10, VERSION = "1.0.0~1" }');
    rmSync(at('odd/packages/lua/beta/kong-plugin-beta-2.1.0-1.rockspec'), { force: true });
    const [status, text] = await refused(publish(at('odd'), place));
    expect([status, text]).toEqual([2, expect.stringContaining('1.0.0~1, the version of beta')]);
    expect(text).toContain('--plugin beta');
  });
});

describe('dependencies', () => {
  const source = at('depends');
  const DEPENDENCIES = [
    { name: 'lua', providedBy: 'kong' },
    { name: 'lua-resty-http', providedBy: 'kong' },
    { name: 'acme-words', providedBy: 'nobody' },
  ];

  beforeAll(() => {
    cpSync(join(CORPUS, 'usual-tree'), source, { recursive: true });
    const list = DEPENDENCIES.map(({ name }) => `"${name} >= 0.1"`).join(', ');
    writeFileSync(
      join(source, 'kong-plugin-greeter-1.0.0-1.rockspec'),
      `package = "kong-plugin-greeter"\nversion = "1.0.0-1"\ndependencies = { ${list} }\n` +
        'build = { type = "builtin", modules = {} }\n',
    );
  });

  it('are listed by pack --json with who provides them', async () => {
    const json = await kongcrate(['pack', source, '-o', at('depends.tar.gz'), '--json']);
    expect((JSON.parse(json) as Packed).dependencies).toMatchObject(DEPENDENCIES);
  });

  it('are shown by inspect where the archive has the rockspec', async () => {
    const reference = `oci-layout:${at('tree')}:1.0.0`;
    await kongcrate(['push', source, reference, '--layout', 'tree']);
    const inspected = JSON.parse(await kongcrate(['inspect', reference, '--json'])) as {
      readonly content: Packed;
    };
    expect(inspected.content.dependencies).toMatchObject(DEPENDENCIES);
    const text = await kongcrate(['inspect', reference]);
    expect(text).toContain('depends on acme-words: provided by nobody');
    const bare = JSON.parse(await kongcrate(['inspect', at('depends.tar.gz'), '--json'])) as Packed;
    expect(bare.dependencies).toEqual([]);
  });
});
