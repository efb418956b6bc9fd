import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeKey } from '../signing/support.ts';
import { listTree } from '../support/list-tree.ts';
import { kongcrate } from '../support/must-succeed.ts';
import { publish } from '../support/published.ts';
import { runKongcrate, type RunResult } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { startTestRegistry } from '../support/test-registry.ts';

const directory = temporaryDirectory();
const at = (name: string): string => join(directory, name);
const root = ['--lua-root', at('lua')];
const kong = ['--kong-conf', at('kong.conf'), '--prefix', at('prefix')];
const DIGEST = 'sha256:[0-9a-f]{64}';

beforeAll(async () => {
  const [key, other] = [await makeKey(), await makeKey()];
  writeFileSync(at('cosign.pub'), key.publicKey.pem);
  writeFileSync(at('other.pub'), other.publicKey.pem);
  writeFileSync(at('kong.conf'), 'plugins = bundled,my-plugin\n');
  for (const version of ['1.0.0', '1.1.0']) {
    const { reference } = await publish({ version, key, directory: at('layout') });
    await kongcrate(['install', reference, '--key', at('cosign.pub'), ...root]);
  }
});

const json = async (...args: readonly string[]): Promise<unknown> =>
  JSON.parse(await kongcrate([...args, ...root, '--json']));

async function fail(...args: readonly string[]): Promise<RunResult> {
  const result = await runKongcrate([...args, ...root]);
  expect(result.stdout).toBe('');
  return result;
}

/** In the order of a day on a node: each test goes on from what the one before left. */
describe('the commands of a node', () => {
  it('history: what each generation changed, by whom it was signed', async () => {
    expect(await kongcrate(['history', ...root])).toMatch(
      new RegExp(
        `^2 \\S+Z install \\(live\\)\n  my-plugin 1\\.0\\.0 -> 1\\.1\\.0 ${DIGEST}\n    recorded: signed by key \\w{16}\n` +
          `1 \\S+Z install\n  my-plugin new: 1\\.0\\.0 ${DIGEST}\n`,
      ),
    );
    expect(await json('history', 'my-plugin')).toMatchObject({
      generations: [
        {
          generation: 2,
          action: 'install',
          isLive: true,
          plugins: ['my-plugin'],
          changes: [{ name: 'my-plugin', from: { version: '1.0.0' }, to: { version: '1.1.0' } }],
        },
        { generation: 1, isLive: false },
      ],
    });
    expect(await fail('history', 'other')).toMatchObject({ status: 11 });
  });

  it('rollback: says that the plugin is held now, and how to release it', async () => {
    const { stdout, stderr } = await runKongcrate(['rollback', '--keep', '9', ...root]);
    expect(stdout).toMatch(/^restored my-plugin 1\.0\.0 sha256:/);
    expect(stderr).toContain('kongcrate unhold my-plugin');
    expect(await kongcrate(['status', ...root])).toMatch(
      /\nheld my-plugin: since \S+Z, rolled back from 1\.1\.0$/,
    );
    expect(await json('status')).toMatchObject({
      holds: [{ name: 'my-plugin', reason: 'rolled back from 1.1.0' }],
      quarantined: [],
      staged: [],
    });
  });

  it('remove: not what is held (18), not what is listed (18), else it says what it did', async () => {
    const held = await fail('remove', 'my-plugin', ...kong);
    expect(held.status).toBe(18);
    expect(held.stderr).toContain('kongcrate unhold my-plugin');
    expect(await kongcrate(['unhold', 'my-plugin', ...root])).toBe('released my-plugin');
    const listed = await fail('remove', 'my-plugin', ...kong);
    expect(listed.status).toBe(18);
    expect(listed.stderr).toContain('--assume-unused');
    writeFileSync(at('kong.conf'), 'plugins = bundled\n');
    const before = listTree(at('lua'));
    const dry = ['remove', 'my-plugin', '--dry-run', ...kong, ...root];
    expect(await kongcrate(dry)).toMatch(/^removed my-plugin 1\.0\.0 sha256:/);
    expect(listTree(at('lua'))).toEqual(before);
    expect(await json('remove', 'my-plugin', ...kong)).toMatchObject({
      generation: 4,
      previousGeneration: 3,
      plugins: [{ name: 'my-plugin', version: '1.0.0' }],
    });
    expect(await kongcrate(['history', ...root])).toContain('\n  my-plugin 1.0.0 -> removed\n');
    expect(await fail('remove', 'my-plugin', ...kong)).toMatchObject({ status: 11 });
    await kongcrate(['rollback', ...root]);
    expect(await kongcrate(['status', ...root])).toMatch(/^my-plugin 1\.0\.0/);
  });

  it('hold: with a reason, twice, and of nothing', async () => {
    await kongcrate(['unhold', 'my-plugin', ...root]);
    const args = ['hold', 'my-plugin', '--reason', 'audit', ...root];
    expect(await kongcrate(args)).toMatch(/^held my-plugin: since \S+Z, audit$/);
    expect(await kongcrate(args)).toMatch(/^unchanged my-plugin: since \S+Z, audit$/);
    expect(await json('unhold', 'my-plugin')).toEqual({
      plugins: [{ name: 'my-plugin', state: 'released' }],
    });
    expect(await fail('hold', 'other')).toMatchObject({ status: 11 });
  });

  it('status: drift comes with the way out', async () => {
    appendFileSync(join(at('lua'), 'kong/plugins/my-plugin/handler.lua'), '-- x');
    const { status, stdout } = await runKongcrate(['status', '--check', ...root]);
    expect(status).toBe(3);
    expect(stdout).toMatch(
      /DRIFT changed: kong\/plugins\/my-plugin\/handler.lua\n {2}→ kongcrate install localhost\/layout@sha256:/,
    );
  });
});

describe('verify --installed', () => {
  const installed = ['verify', '--installed'];

  it('judges everything, prints it, and the worst is the exit status', async () => {
    const drifted = await runKongcrate([...installed, ...root]);
    expect(drifted.status).toBe(7);
    expect(drifted.stdout).toMatch(
      /^FAILED my-plugin 1\.0\.0 .*\n {2}trusted: signed by key \w{16} \(judged by the keys recorded at the install\)\n {2}DRIFT changed: .*\n {2}DIGEST_MISMATCH: /,
    );
    const foreign = await runKongcrate([...installed, '--key', at('other.pub'), ...root, '--json']);
    expect(foreign.status).toBe(12);
    expect(JSON.parse(foreign.stdout)).toMatchObject({
      generation: 5,
      plugins: [
        {
          name: 'my-plugin',
          keysFrom: 'options',
          drift: [{ problem: 'changed' }],
          error: { code: 'SIGNATURE_MISMATCH', category: 'trust' },
        },
      ],
    });
  });

  it('asks no registry', async () => {
    const registry = await startTestRegistry();
    const reference = `${registry.host}/acme/hello:1.2.0`;
    const plugin = join(import.meta.dirname, '../../testdata/plugins/hello-header');
    const lua = ['--lua-root', at('lua-registry')];
    await kongcrate(['generate-key-pair', '--output-key-prefix', at('signer')]);
    await kongcrate(['publish', plugin, reference, '--key', at('signer.key')]);
    await kongcrate(['install', reference, '--key', at('signer.pub'), ...lua]);
    const before = registry.log.length;
    for (const keys of [[], ['--key', at('signer.pub')]])
      expect(await kongcrate([...installed, 'hello-header', ...keys, ...lua])).toMatch(
        /^ok hello-header 1\.2\.0 sha256:\w+\n {2}trusted: signed by key \w{16} \(judged by (the keys recorded at the install|--key)\)$/,
      );
    expect(registry.log).toHaveLength(before);
    await registry.close();
    await kongcrate([...installed, ...lua]);
  });

  it.each([
    [[...installed, 'localhost:5000/acme/hello:1'], 'is a reference'],
    [[...installed, '--check-tag'], '--check-tag says nothing about what is installed'],
    [[...installed, '--plugin', 'x'], '--plugin says nothing about what is installed'],
    [[...installed, '--plain-http'], '--plain-http says nothing about what is installed'],
    [['verify'], "missing required argument 'ref'"],
    [['verify', 'a/b:1', 'a/b:2'], 'too many arguments: a/b:2'],
  ])('%j is a fault of usage', async (args, message) => {
    const failed = await fail(...args);
    expect(failed).toMatchObject({ status: 2 });
    expect(failed.stderr).toContain(message);
  });
});
