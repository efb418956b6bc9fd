import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import type { ActivationOptions } from '../../src/workflows/activation/activation-options.ts';
import { settleTransaction } from '../../src/workflows/activation/settle-transaction.ts';
import { readStatus } from '../../src/workflows/read-status.ts';
import { expectError } from '../support/expect-error.ts';
import { describeWithPeers } from '../support/peers.ts';
import type { KongNode } from '../support/stand-in-kong/kong-node.ts';
import { startKong } from '../support/stand-in-kong/start-kong.ts';
import {
  installerFor,
  kongOf,
  settingsOf,
  withReload,
  type Installer,
} from '../workflows/activation/support.ts';

const NEVER = { target: 'false', holdMs: 0 };

describeWithPeers(['luajit'], 'the way back of an activation that fails', () => {
  let kong: KongNode;
  let installer: Installer;
  beforeAll(async () => {
    kong = await startKong();
    installer = await installerFor(kong);
  });
  const plugins = async (): Promise<readonly string[]> => {
    const { body } = await kong.admin('/');
    const root = JSON.parse(body) as { plugins: { available_on_server: object } };
    return Object.keys(root.plugins.available_on_server);
  };
  const install = (options: ActivationOptions): Promise<unknown> =>
    installer.install('canary', { version: '1.0.0' }, { kong: options, retry: true });

  it('is not judged by a probe that did not hold before', async () => {
    const before = settingsOf(kong);
    await expectError(
      () => install(kongOf(kong, { probe: NEVER, timeoutMs: 1_000 })),
      'ACTIVATION_FAILED',
    );
    expect(settingsOf(kong)).toEqual(before);
    expect(await plugins()).not.toContain('canary');
  });

  it('takes the workers back where kong.conf cannot be', async () => {
    const { kongConf } = kong.parts;
    const before = readFileSync(kongConf, 'utf8');
    const other = `${kongConf}.backup`;
    const options = withReload(kong, `[ -e ${other} ] || ln ${kongConf} ${other}`);
    const failed = install({ ...options, probe: NEVER, timeoutMs: 1_000 });
    const error = await expectError(() => failed, 'NODE_NOT_SERVING');
    expect(error.message).toContain('has 2 names');
    expect(await plugins()).not.toContain('canary');
    expect(kong.kongEnv()).toMatch(/^plugins = bundled$/m);
    rmSync(other);
    await settleTransaction({ options: kongOf(kong), root: {}, signal: undefined });
    expect(readFileSync(kongConf, 'utf8')).toBe(before);
  });

  it('is not said to be done where its record is gone', async () => {
    const options = withReload(kong, `rm -r ${kong.prefix}/.kongcrate; exit 1`);
    const error = await expectError(() => install(options), 'NODE_NOT_SERVING');
    expect(error.message).toContain(join(kong.prefix, '.kongcrate'));
  });

  it('is not said to be done where Kong is gone', async () => {
    const options = withReload(kong, `kill -9 $(cat ${kong.prefix}/pids/nginx.pid); exit 1`);
    const error = await expectError(() => install(options), 'NODE_NOT_SERVING');
    expect(error.message).toContain('Kong does not run any more');
    expect(readStatus({ luaRoot: kong.parts.luaRoot }).plugins).toEqual([]);
  });
});
