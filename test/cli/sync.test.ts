import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { PrivateKey } from '../../src/signing/private-key.ts';
import { makeKey } from '../signing/support.ts';
import { kongcrate } from '../support/must-succeed.ts';
import { runKongcrate } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { startTestRegistry, type TestRegistry } from '../support/test-registry.ts';
import { Fleet } from '../workflows/lock/fleet.ts';

let key: PrivateKey;
let fleet: Fleet;
let registry: TestRegistry;
const node = temporaryDirectory();
const at = (path: string): string => join(node, path);

beforeAll(async () => {
  key = await makeKey();
  fleet = new Fleet(key);
  registry = await startTestRegistry();
  writeFileSync(at('kong.conf'), 'plugins = bundled\n');
});

const more = (): string =>
  `luaRoot: ${at('lua')}\nkong: {conf: ${at('kong.conf')}, prefix: ${at('p')}}\n`;
const file = (): string[] => ['-f', fleet.file];

describe('lock and sync on the command line', () => {
  it('lock pins what a registry and a layout have, and says what that is', async () => {
    const source = await fleet.publish({ name: 'alpha', key });
    const path = source.replace('./dist', join(fleet.directory, 'dist'));
    await kongcrate(['copy', path, `${registry.host}/acme/alpha`]);
    const beta = await fleet.publish({ name: 'beta', key });
    fleet.write(
      [`reference: ${registry.host}/acme/alpha:alpha-1.0.0`, `reference: ${beta}`],
      more(),
    );
    const text = await kongcrate(['lock', ...file()]);
    expect(text).toMatch(/^added alpha\n {2}\+ version 1\.0\.0\n {2}\+ reference /);
    expect(text).toMatch(/\n {2}\+ signer sha256:[0-9a-f]{64}\n/);
    expect(text).toMatch(/\nwritten .*kongcrate\.lock$/);
    expect(await kongcrate(['lock', ...file(), '--check'])).toBe(`unchanged ${fleet.lockFile}`);
  });

  it('lock --check exits 3 where something moved', async () => {
    const lock = readFileSync(fleet.lockFile, 'utf8');
    writeFileSync(fleet.lockFile, lock.replace('"version": "1.0.0"', '"version": "0.9.0"'));
    const { status, stdout } = await runKongcrate(['lock', ...file(), '--check']);
    expect([status, stdout]).toEqual([
      3,
      `changed alpha\n  ~ version 0.9.0 -> 1.0.0\ndiffers ${fleet.lockFile}\n`,
    ]);
    writeFileSync(fleet.lockFile, lock);
  });

  it('sync --check exits 3, sync installs and enables, by the places that the file says', async () => {
    const checked = await runKongcrate(['sync', ...file(), '--check']);
    expect(checked.status).toBe(3);
    expect(checked.stdout).toBe(
      'install alpha 1.0.0\ninstall beta 1.0.0\nenable alpha\nenable beta\n',
    );
    const { status, stderr } = await runKongcrate(['sync', ...file()]);
    expect(stderr).toMatch(/^plan: install alpha 1\.0\.0\n/m);
    expect(stderr).toMatch(/^alpha: trusted: signed by key \w{16}$/m);
    expect(status).toBe(0);
    expect(readFileSync(at('kong.conf'), 'utf8')).toContain('plugins = bundled,alpha,beta\n');
    expect(await kongcrate(['status', ...file()])).toContain('beta 1.0.0 sha256:');
    const judged = await kongcrate(['verify', '--installed', ...file()]);
    expect(judged).toContain('(judged by the policy of today)');
  });

  it('sync again sends no request', async () => {
    const before = registry.log.length;
    expect(await kongcrate(['sync', ...file()])).toBe('the node is what the lock says');
    expect(registry.log.length).toBe(before);
    const json = JSON.parse(await kongcrate(['sync', ...file(), '--check', '--json'])) as object;
    expect(json).toMatchObject({
      isDifferent: false,
      steps: [{ name: 'alpha', action: 'none', digest: expect.any(String) as unknown }, {}],
      ...{ enable: [], disable: [], reload: false },
    });
  });

  it('flags count more than the file', async () => {
    const elsewhere = ['--lua-root', at('other'), '--kong-conf', at('none.conf')];
    const { status, stdout } = await runKongcrate(['sync', ...file(), '--check', ...elsewhere]);
    expect([status, stdout]).toEqual([3, 'install alpha 1.0.0\ninstall beta 1.0.0\n']);
  });

  it('installs from an archive too', async () => {
    const other = new Fleet(key);
    await kongcrate([
      ...['copy', `oci-layout:${join(fleet.directory, 'dist')}:beta-1.0.0`],
      `oci-archive:${join(other.directory, 'beta.tar')}`,
    ]);
    other.write(['{reference: "oci-archive:beta.tar:beta-1.0.0", as: registry.example/acme/beta}']);
    await kongcrate(['lock', '-f', other.file]);
    const places = ['--lua-root', at('third'), '--prefix', at('p')];
    await kongcrate(['sync', '-f', other.file, ...places]);
    const status = await kongcrate(['status', '--lua-root', at('third')]);
    expect(status).toContain('from registry.example/acme/beta:beta-1.0.0');
  });

  it.each([
    ['no file', () => ['sync'], 'USAGE'],
    ['no lock', () => ['sync', '-f', at('fresh.yaml')], 'LOCK_INVALID'],
    ['no policy', () => ['verify', '--installed', '-f', at('bare.yaml')], 'POLICY_INVALID'],
    ['a mistake', () => ['status', '-f', at('wrong.yaml')], 'POLICY_INVALID'],
  ])('%s is exit 2', async (_what, argsOf, code) => {
    const trust = "trust: {rules: [{match: '**', unsigned: allow}]}\n";
    writeFileSync(at('fresh.yaml'), `version: 1\n${trust}`);
    writeFileSync(at('bare.yaml'), `version: 1\nluaRoot: ${at('lua')}\n`);
    writeFileSync(at('wrong.yaml'), 'version: 1\nluaroot: lua\n');
    const { status, stderr } = await runKongcrate([...argsOf(), '--json']);
    expect([status, JSON.parse(stderr)]).toMatchObject([2, { error: { code } }]);
  });
});
