import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { makeKey } from '../signing/support.ts';
import { kongcrateCommand } from '../support/kongcrate-command.ts';
import { describeWithPeers } from '../support/peers.ts';
import { runKongcrate, type RunResult } from '../support/run.ts';
import type { KongNode } from '../support/stand-in-kong/kong-node.ts';
import { openDirectory, startKong } from '../support/stand-in-kong/start-kong.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { publishSample, settingsOf } from '../workflows/activation/support.ts';
import type { SamplePlugin } from '../support/stand-in-kong/write-plugin.ts';

describeWithPeers(['luajit'], 'the command line beside a running Kong', () => {
  let kong: KongNode;
  let flags: readonly string[];
  let keys: readonly string[];
  let reference: (sample: SamplePlugin) => Promise<string>;
  beforeAll(async () => {
    const luaRoot = openDirectory();
    kong = await startKong({ luaRoot, role: 'traditional' });
    const key = await makeKey();
    const file = join(temporaryDirectory(), 'cosign.pub');
    writeFileSync(file, key.publicKey.pem);
    const { prefix, kongConf } = kong.parts;
    flags = ['--prefix', prefix, '--kong-conf', kongConf, '--lua-root', luaRoot];
    keys = ['--key', file];
    reference = (sample) => publishSample('canary', { key, ...sample });
  });

  const kongcrate = (...args: readonly string[]): Promise<RunResult> =>
    runKongcrate([...args, ...flags], { env: kong.parts.environment });
  const install = async (sample: SamplePlugin, ...args: readonly string[]): Promise<RunResult> =>
    kongcrate('install', await reference(sample), ...keys, ...args);

  /** A probe that one version alone does not pass. */
  const failingWith = (version: string): string =>
    `! grep -q '"${version}"' ${kong.parts.luaRoot}/kong/plugins/canary/handler.lua`;

  it('installs, enables and activates, and says by what that is known', async () => {
    const { status, stdout, stderr } = await install({ version: '1.0.0' });
    expect(stderr).toContain('enabled: canary');
    expect(stderr).toContain(`for the next start: ${kong.parts.kongConf}`);
    expect(stderr).toContain('Kong serves it: workers, ready, admin, log');
    expect([status, stdout]).toEqual([
      0,
      expect.stringMatching(/^installed canary 1\.0\.0 sha256:/),
    ]);
  });

  it('ends with 8 where Kong would not load it, and nothing was switched', async () => {
    const before = settingsOf(kong);
    const { status, stdout, stderr } = await install({ version: '1.1.0', kind: 'syntax' });
    expect([status, stdout]).toEqual([8, '']);
    expect(stderr).toMatch(/error: .*canary.*\n {2}→ Nothing was switched/s);
    expect(settingsOf(kong)).toEqual(before);
  });

  it('ends with 9 where it does not serve, and with 18 for a second try', async () => {
    const sample = { version: '1.2.0' };
    const args = ['--probe', failingWith('1.2.0'), '--activate-timeout', '1', '--json'];
    const { status, stdout, stderr } = await install(sample, ...args);
    expect([status, stdout]).toEqual([9, '']);
    expect(JSON.parse(stderr)).toMatchObject({
      error: {
        code: 'ACTIVATION_FAILED',
        message: expect.stringContaining('rolled back to what generation 1 held') as string,
        remedy: expect.stringContaining('--retry') as string,
        details: { plugins: ['canary'] },
      },
    });
    const again = await install(sample);
    expect([again.status, again.stderr]).toEqual([18, expect.stringContaining('in quarantine')]);
  });

  it('installs without Kong, then activates', async () => {
    const left = await install({ version: '1.3.0' }, '--no-activate');
    expect([left.status, left.stderr]).toEqual([
      0,
      expect.stringContaining('next: kongcrate activate'),
    ]);
    const dry = await kongcrate('activate', '--dry-run', '--json');
    expect(JSON.parse(dry.stdout)).toMatchObject({ state: 'checked' });
    const { status, stdout } = await kongcrate('activate', '--prepare');
    expect([status, stdout]).toEqual([0, 'confirmed bundled,canary\n']);
  });

  it('goes back, and has Kong load that too', async () => {
    const { status, stdout, stderr } = await kongcrate('rollback', 'canary');
    expect([status, stdout]).toEqual([0, expect.stringContaining('restored canary 1.0.0')]);
    expect(stderr).toContain('Kong serves it');
  });

  it('is interrupted in good order: Kong serves what it did', async () => {
    const before = settingsOf(kong);
    const args = ['install', await reference({ version: '1.4.0' }), ...keys, ...flags, '--unhold'];
    const marker = join(temporaryDirectory(), 'asked');
    const probing = ['--probe', `touch ${marker}; ${failingWith('1.4.0')}`];
    const child = spawn(...kongcrateCommand([...args, ...probing]), {
      env: kong.parts.environment,
      stdio: 'ignore',
    });
    await expect.poll(() => existsSync(marker), { timeout: 30_000, interval: 10 }).toBe(true);
    child.kill('SIGTERM');
    expect(await once(child, 'close')).toEqual([143, null]);
    expect(settingsOf(kong)).toEqual(before);
    const handler = join(kong.parts.luaRoot, 'kong/plugins/canary/handler.lua');
    expect(readFileSync(handler, 'utf8')).toContain('1.0.0');
  });

  it('ends with 11 where no Kong runs to be activated', async () => {
    const KONG_PREFIX = temporaryDirectory();
    const args = ['activate', '--lua-root', kong.parts.luaRoot];
    const { status, stderr } = await runKongcrate(args, { env: { KONG_PREFIX } });
    const missing = `no Kong runs under ${KONG_PREFIX}`;
    expect([status, stderr]).toEqual([11, expect.stringContaining(missing)]);
  });
});
