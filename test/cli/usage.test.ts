import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { kongcrate } from '../support/must-succeed.ts';
import { describeWithPeers } from '../support/peers.ts';
import { runOnTerminal } from '../support/pseudo-terminal.ts';
import { runKongcrate } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const PLUGIN = join(import.meta.dirname, '../../testdata/plugins/hello-header');
const directory = temporaryDirectory();
const at = (name: string): string => join(directory, name);
const reference = `oci-layout:${at('dist')}:1.2.0`;
const key = ['--key', at('cosign.pub')];

beforeAll(async () => {
  await kongcrate(['generate-key-pair', '--output-key-prefix', at('cosign')]);
  await kongcrate(['publish', PLUGIN, reference, '--key', at('cosign.key')]);
});

async function lines(...args: string[]): Promise<readonly string[]> {
  const { status, stdout, stderr } = await runKongcrate(args, { env: { COSIGN_PASSWORD: '' } });
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  return stderr.trimEnd().split('\n');
}

describe('what is mistyped', () => {
  it.each([
    [['help', 'pubish'], "error: unknown command 'pubish'", 'Did you mean publish?'],
    [['pubish', '--help'], "error: unknown command 'pubish'", 'Did you mean publish?'],
    [['inspect'], "error: missing required argument 'target'", 'kongcrate help inspect'],
    [['verify'], "error: missing required argument 'ref'", 'give --installed'],
    [['--quiet', 'verify', '--ky'], "error: unknown option '--ky'", 'kongcrate help verify'],
    [['push', 'a', 'b', '--layout', 'x'], 'Allowed choices are image, cosign', 'help push'],
  ])('%j', async (args, message, remedy) => {
    const [first, second, ...others] = await lines(...args);
    expect(first).toContain(message);
    expect(second).toContain(remedy);
    expect(others).toEqual([]);
  });

  it.each([
    [['verify', reference, '--key', at('cosign.key')], 'cosign.key: this is a private key'],
    [['sign', reference, '--key', at('cosign.pub')], 'cosign.pub: this is a public key'],
    [['public-key', '--key', join(PLUGIN, 'README.md')], 'README.md: this is not one PEM block'],
    [
      ['import-key-pair', '--key', at('cosign.key'), '--output-key-prefix', at('n')],
      'cosign.key: this is a key file of cosign already',
    ],
  ])('the wrong key is named: %j', async (args, message) => {
    expect((await lines(...args))[0]).toContain(message);
  });

  it('a path in place of a reference', async () => {
    const [first, second] = await lines('publish', reference, PLUGIN, '--key', at('cosign.key'));
    expect(first).toContain('is a directory on this disk, no reference');
    expect(second).toContain('take the source first');
    const [file] = await lines('verify', join(directory, 'cosign.pub'), ...key);
    expect(file).toContain('is a file on this disk');
    const [missing, remedy] = await lines('verify', './missing:1', ...key);
    expect(missing).toContain('it is a path');
    expect(remedy).toContain('Did you mean oci-layout:./missing:1?');
  });
});

describe('what is not there', () => {
  it('an annotation that nobody signed', async () => {
    const { status, stderr } = await runKongcrate(['verify', reference, ...key, '-a', 'team=x']);
    expect(status).toBe(12);
    expect(stderr).toContain('it signs no annotation team');
    expect(stderr).not.toContain('undefined');
  });

  it('a plugin that no generation holds', async () => {
    const root = ['--lua-root', at('lua-rollback')];
    await kongcrate(['install', reference, ...key, ...root]);
    expect((await lines('rollback', 'other', ...root))[0]).toContain('other is in no generation');
  });
});

describe('what users of other tools type', () => {
  it('output flags before the command', async () => {
    const printed: unknown = JSON.parse(await kongcrate(['--json', 'inspect', reference]));
    expect(printed).toMatchObject({ kind: 'artifact' });
    const quiet = await runKongcrate(['--quiet', 'inspect', reference]);
    expect(quiet).toMatchObject({ status: 0, stderr: '' });
  });

  it("cosign's flags that ask for what is done anyway", async () => {
    const flags = ['--key', at('cosign.key'), '-y', '--tlog-upload=false', '--json'];
    const { signatures } = JSON.parse(await kongcrate(['sign', reference, ...flags])) as {
      signatures: { state: string }[];
    };
    expect(signatures.map(({ state }) => state)).toEqual(['present', 'present']);
  });

  it('help of help', async () => {
    expect(await kongcrate(['help', 'help'])).toBe(await kongcrate(['help']));
  });

  it('a short --as is written out', async () => {
    const short = ['--as', 'acme/plugin', '--lua-root', at('lua'), ...key];
    const { status, stderr } = await runKongcrate(['install', reference, ...short]);
    expect(status, stderr).toBe(0);
    expect(stderr).toContain('index.docker.io/acme/plugin');
    const full = await runKongcrate([
      'install',
      reference,
      ...short,
      '--as',
      'ghcr.io/acme/plugin',
    ]);
    expect(full.stderr).not.toContain('is the repository');
  });
});

describe('pack and pull', () => {
  it('packing again the same is done already; other bytes are never overwritten', async () => {
    const output = ['-o', at('packed.tar.gz')];
    await kongcrate(['pack', PLUGIN, ...output]);
    const again = await runKongcrate(['pack', PLUGIN, ...output]);
    expect(again).toMatchObject({ status: 0, stdout: `${at('packed.tar.gz')}\n` });
    expect(again.stderr).toContain('held these bytes already');
    const bytes = readFileSync(at('packed.tar.gz'));
    bytes[bytes.length - 1] = 1;
    writeFileSync(at('packed.tar.gz'), bytes);
    expect((await runKongcrate(['pack', PLUGIN, ...output])).status).toBe(18);
    expect(readFileSync(at('packed.tar.gz'))).toEqual(bytes);
  });

  it('the archive gives the digest of its directory where there is no rockspec', async () => {
    const source = at('bare');
    mkdirSync(source);
    for (const file of ['handler.lua', 'schema.lua'])
      cpSync(join(PLUGIN, 'kong/plugins/hello-header', file), join(source, file));
    await kongcrate(['pack', source, '-o', at('bare.tar.gz')]);
    for (const layout of ['image', 'cosign', 'artifact']) {
      const flags = ['--layout', layout];
      const target = `oci-layout:${at(`bare-${layout}`)}:1.2.0`;
      const pushed = await kongcrate(['push', source, target, ...flags]);
      expect(await kongcrate(['push', at('bare.tar.gz'), target, ...flags])).toBe(pushed);
    }
  });

  it.each(['crane', 'layer'])('pull -o - writes the %s file to stdout', async (format) => {
    const flags = ['--format', format, ...key];
    const { status, stdoutBytes } = await runKongcrate(['pull', reference, '-o', '-', ...flags]);
    expect(status).toBe(0);
    await kongcrate(['pull', reference, '-o', at(`pulled-${format}`), ...flags]);
    expect(stdoutBytes.equals(readFileSync(at(`pulled-${format}`)))).toBe(true);
    await lines('pull', reference, '-o', '-', '--json', ...flags);
  });
});

describeWithPeers(['python3'], 'on a terminal', () => {
  const flagLines = (help: string): readonly string[] =>
    help.split('Examples:')[0]?.split(/\r?\n/) ?? [];

  it('help is as wide as the terminal', async () => {
    const narrow = flagLines((await runOnTerminal(['help', 'install'], { columns: 60 })).stdout);
    expect(Math.max(...narrow.map(({ length }) => length))).toBeLessThanOrEqual(60);
    const wide = flagLines((await runOnTerminal(['help', 'install'], { columns: 120 })).stdout);
    expect(wide.length).toBeLessThan(narrow.length);
  });

  it('an archive is refused there', async () => {
    const { status, stdout } = await runOnTerminal(['pull', reference, '-o', '-', ...key]);
    expect(status).toBe(2);
    expect(stdout).toContain('an archive is nothing for a terminal');
  });
});

it.each([40, 60, 80])('help keeps to COLUMNS=%i', async (columns) => {
  const env = { COLUMNS: String(columns) };
  for (const name of ['install', 'push', 'publish']) {
    const help = await kongcrate(['help', name], { env });
    // The first line is the command to type, and so is a flag: they stay whole.
    const [, ...lines] = help.split('Examples:')[0]?.split('\n') ?? [];
    const wrapped = lines.filter((line) => !/^ {2}-\S+ \S+$/.test(line));
    expect(Math.max(...wrapped.map(({ length }) => length)), help).toBeLessThanOrEqual(columns);
  }
});
