import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeKey } from '../signing/support.ts';
import { kongcrate } from '../support/must-succeed.ts';
import { runKongcrate } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { startTestRegistry, type TestRegistry } from '../support/test-registry.ts';
import { Fleet } from '../workflows/lock/fleet.ts';

const KONGCRATE = fileURLToPath(new URL('../../bin/kongcrate.js', import.meta.url));

let registry: TestRegistry;
let stable: string;
let publish: string[];
let keys: string;
beforeAll(async () => {
  const key = await makeKey();
  registry = await startTestRegistry();
  stable = `${registry.host}/acme/fleet:stable`;
  const fleet = new Fleet(key);
  const layout = join(fleet.directory, 'dist');
  await fleet.publish({ name: 'alpha', key });
  await kongcrate(['copy', `oci-layout:${layout}:alpha-1.0.0`, `${registry.host}/acme/alpha:1`]);
  fleet.write([`reference: ${registry.host}/acme/alpha:1`]);
  await kongcrate(['lock', '-f', fleet.file]);
  const pem = key.key.export({ type: 'pkcs8', format: 'pem' });
  const keyFile = join(fleet.directory, 'fleet.key');
  writeFileSync(keyFile, pem, { mode: 0o600 });
  publish = ['publish', fleet.lockFile, stable, '--key', keyFile, '--allow-unencrypted-key'];
  keys = join(fleet.directory, 'keys');
});

/** A node that has only whom it trusts. */
function makeNode(plugins = ''): { readonly flags: readonly string[]; at(path: string): string } {
  const directory = temporaryDirectory();
  const at = (path: string): string => join(directory, path);
  symlinkSync(keys, at('keys'));
  const trust = "trust: {rules: [{match: '**', keys: [keys/0.pub]}]}\n";
  const places = `luaRoot: ${at('lua')}\nkong: {prefix: ${at('prefix')}}\n`;
  writeFileSync(at('kongcrate.yaml'), `version: 1\n${trust}${places}${plugins}`);
  return { flags: ['sync', '-f', at('kongcrate.yaml')], at };
}

describe('a lock under a tag', () => {
  it('publish signs it, and a node needs nothing else', async () => {
    expect(await kongcrate(publish)).toMatch(/\/acme\/fleet@sha256:[0-9a-f]{64}$/);
    const { flags } = makeNode();
    const followed = [...flags, '--lock-ref', stable];
    const checked = await runKongcrate([...followed, '--check']);
    expect([checked.status, checked.stdout]).toEqual([3, 'install alpha 1.0.0\n']);
    await kongcrate(followed);
    expect(await kongcrate(followed)).toBe('the node is what the lock says');
    const stray = await runKongcrate([...publish, '--provenance']);
    expect([stray.status, stray.stdout]).toEqual([2, '']);
    expect(stray.stderr).toContain('--provenance is about plugins');
  });

  it('tags are followed only where that is said', async () => {
    const plugins = `plugins: [{reference: '${registry.host}/acme/alpha:1'}]\n`;
    const { flags } = makeNode(plugins);
    expect((await runKongcrate(flags)).status).toBe(2);
    expect(await kongcrate([...flags, '--follow-tags'])).toContain('install alpha 1.0.0');
  });
});

describe('sync --watch on the command line', () => {
  /** Watches until the registry is asked so; gives what is left then. */
  async function watchUntil(
    node: ReturnType<typeof makeNode>,
    [method, pattern, nth]: readonly [method: string, path: RegExp, nth: number],
  ): Promise<{ readonly status: number | null; readonly stdout: string; readonly stderr: string }> {
    const args = [...node.flags, '--lock-ref', stable, '--watch', '--interval', '1'];
    const files = ['--health-file', node.at('health.json'), '--metrics-file', node.at('k.prom')];
    const child = spawn(process.execPath, [KONGCRATE, ...args, '--splay', '1', ...files], {
      env: { PATH: process.env['PATH'], HOME: temporaryDirectory() },
    });
    let seen = 0;
    const before = (): void => {
      seen += 1;
      if (seen === nth) child.kill('SIGTERM');
    };
    registry.next(method, pattern, { before }, nth);
    const [stdout, stderr] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close'),
    ]);
    return { status: child.exitCode, stdout, stderr };
  }

  it('goes on until SIGTERM, says only what is new, and ends with 0', async () => {
    const node = makeNode();
    const nextRound = ['HEAD', /manifests\/stable$/, 3] as const;
    const { status, stdout, stderr } = await watchUntil(node, nextRound);
    expect([status, stdout]).toEqual([0, 'stopped: ok\n']);
    expect(stderr.match(/install alpha/g)).toHaveLength(1);
    const health = JSON.parse(readFileSync(node.at('health.json'), 'utf8')) as object;
    expect(health).toMatchObject({
      ...{ state: 'ok', generation: 1, changes: 1 },
      lock: { name: stable },
    });
    expect(readFileSync(node.at('k.prom'), 'utf8')).toContain('lock_published_timestamp_seconds 1');
  });

  it('in the middle of a round it leaves nothing half done', async () => {
    const node = makeNode();
    const { status, stdout } = await watchUntil(node, ['GET', /\/alpha\/blobs\//, 1]);
    expect([status, stdout]).toEqual([0, 'stopped: waiting\n']);
    expect(existsSync(node.at('lua/kong/plugins/alpha'))).toBe(false);
  });

  it.each([
    ['--interval without --watch', ['--interval', '5'], '--interval is about --watch'],
    ['--watch with --check', ['--watch', '--check'], 'cannot be used with'],
    ['two sources', ['--lock-ref', 'a/b:c', '--follow-tags'], 'cannot be used with'],
    ['a lock that nobody could follow', ['--watch', '--lock-ref', 'a/b'], 'has no tag'],
    ['a time without its zone', ['--watch', '--not-before', '2026-01-31T22:00'], 'is no time'],
  ])('%s is exit 2', async (_what, args, message) => {
    const { status, stderr } = await runKongcrate([...makeNode().flags, ...args]);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });
});
