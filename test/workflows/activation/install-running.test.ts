import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { readHistory } from '../../../src/workflows/read-history.ts';
import { expectError } from '../../support/expect-error.ts';
import { describeWithPeers } from '../../support/peers.ts';
import type { KongNode } from '../../support/stand-in-kong/kong-node.ts';
import { startKong } from '../../support/stand-in-kong/start-kong.ts';
import { installerFor, settingsOf, withoutReload, type Installer } from './support.ts';

describeWithPeers(['luajit'], 'install where Kong runs', () => {
  let kong: KongNode;
  let installer: Installer;
  beforeAll(async () => {
    kong = await startKong({
      entities: {
        _format_version: '3.0',
        services: [{ name: 'echo', routes: [{ paths: ['/'] }] }],
      },
    });
    installer = await installerFor(kong);
  });
  const loaded = async (): Promise<unknown> => {
    const { body } = await kong.admin('/');
    return (JSON.parse(body) as { plugins: { available_on_server: Record<string, unknown> } })
      .plugins.available_on_server['canary'];
  };

  it('enables a new plugin, for now and for the next start, and confirms it', async () => {
    const client = kong.continuousClient();
    const report = await installer.install('canary', { version: '1.0.0' });
    expect(report.activation).toMatchObject({
      state: 'confirmed',
      enabled: ['canary'],
      plugins: ['bundled', 'canary'],
      preflight: { plugins: 'loaded', configuration: 'declarative-config' },
      signals: ['workers', 'ready', 'admin', 'log'],
      kongConf: kong.parts.kongConf,
    });
    expect(readFileSync(kong.parts.kongConf, 'utf8')).toContain('plugins = bundled,canary');
    expect(kong.kongEnv()).toContain('plugins = bundled,canary');
    expect(await loaded()).toMatchObject({ version: '1.0.0' });
    expect(existsSync(join(kong.prefix, '.kongcrate'))).toBe(false);
    await client.stop();
    expect(client.failures).toEqual([]);
  });

  it('does not reload what Kong has loaded already', async () => {
    const workers = kong.workerPids();
    const report = await installer.install('canary', { version: '1.0.0' });
    expect(report).toMatchObject({ activation: { state: 'unchanged' } });
    expect(kong.workerPids()).toEqual(workers);
  });

  it('upgrades with a plain reload', async () => {
    const report = await installer.install('canary', { version: '1.1.0' });
    expect(report.activation).toMatchObject({ state: 'confirmed', enabled: [] });
    expect(await loaded()).toMatchObject({ version: '1.1.0' });
  });

  it('switches to nothing that Kong would not load', async () => {
    const before = [settingsOf(kong), kong.workerPids()];
    const broken = installer.install('canary', { version: '1.2.0', kind: 'missing-dependency' });
    const error = await expectError(() => broken, 'PLUGIN_REFUSED');
    expect(error.message).toMatch(/canary.*no\.such\.module/s);
    expect([settingsOf(kong), kong.workerPids()]).toEqual(before);
    expect(await loaded()).toMatchObject({ version: '1.1.0' });
  });

  it('says that the node may not serve where it cannot be rolled back either', async () => {
    const before = settingsOf(kong);
    const failed = installer.install('canary', { version: '1.3.0' }, { kong: withoutReload(kong) });
    const error = await expectError(() => failed, 'NODE_NOT_SERVING');
    expect(error.message).toMatch(/canary.*cannot reload.*going back failed.*cannot reload/s);
    expect(settingsOf(kong)).toEqual(before);
    expect(await loaded()).toMatchObject({ version: '1.1.0' });
    const { generations } = readHistory({ luaRoot: kong.parts.luaRoot });
    expect(generations.slice(0, 2).map(({ action }) => action)).toEqual(['undo', 'install']);
    const again = installer.install('canary', { version: '1.3.0' });
    await expectError(() => again, 'QUARANTINED');
  });
});
