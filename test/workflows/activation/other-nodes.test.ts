import { existsSync, linkSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { installPlugins } from '../../../src/workflows/install-plugins.ts';
import { readStatus } from '../../../src/workflows/read-status.ts';
import { expectError } from '../../support/expect-error.ts';
import { describeWithPeers } from '../../support/peers.ts';
import type { KongNode } from '../../support/stand-in-kong/kong-node.ts';
import { startKong } from '../../support/stand-in-kong/start-kong.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { failingWith, installerFor, kongOf, publishSample, settingsOf } from './support.ts';

const plugins = ({ parts }: KongNode): readonly unknown[] =>
  readStatus({ luaRoot: parts.luaRoot }).plugins.map(({ name, version }) => `${name} ${version}`);

describeWithPeers(['luajit'], 'install on nodes of another kind', () => {
  describe('a container that its environment configures', () => {
    it('keeps every setting but its list, and all of them when it fails', async () => {
      const kong = await startKong({ settingsBy: 'environment', logTo: 'stderr' });
      const { install } = await installerFor(kong);
      const before = settingsOf(kong);
      const failing = kongOf(kong, { probe: failingWith(kong, '1.0.0') });
      const failed = install('canary', { version: '1.0.0' }, { kong: failing });
      await expectError(() => failed, 'ACTIVATION_FAILED');
      expect(settingsOf(kong)).toEqual(before);
      const { activation } = await install('canary', { version: '1.0.1' });
      expect(activation).toMatchObject({
        state: 'confirmed',
        variables: { KONG_PLUGINS: 'bundled,canary' },
        missing: [expect.stringContaining('error log')],
      });
      expect(activation).not.toHaveProperty('kongConf');
      const env = join(kong.prefix, '.kong_env');
      const list = /^plugins = .*$/m;
      expect({ ...settingsOf(kong), [env]: kong.kongEnv().replace(list, '') }).toEqual({
        ...before,
        [env]: before[env]?.replace(list, ''),
      });
    });
  });

  it('is confirmed by ready on a data plane, which nobody can ask for its plugins', async () => {
    const kong = await startKong({ role: 'data-plane' });
    const { install } = await installerFor(kong);
    const { activation } = await install('canary', { version: '1.0.0' });
    expect(activation).toMatchObject({ state: 'confirmed', signals: ['workers', 'ready', 'log'] });
  });

  it('installs and says so where too little shows that a node serves', async () => {
    const kong = await startKong({ settings: { admin_listen: 'off', status_listen: 'off' } });
    const { install } = await installerFor(kong);
    const installed = install('canary', { version: '1.0.0' });
    const error = await expectError(() => installed, 'NOT_ACTIVATED');
    expect(error.details).toMatchObject({ signals: ['workers', 'log'] });
    expect(plugins(kong)).toEqual(['canary 1.0.0']);
    expect(existsSync(join(kong.prefix, '.kongcrate'))).toBe(false);
  });

  it('brings several plugins by one reload, or none of them', async () => {
    const kong = await startKong({ role: 'traditional' });
    const { key } = await installerFor(kong);
    const reloads = (): number => kong.errorLog().split('signal 1 (SIGHUP)').length;
    const references = [
      await publishSample('canary', { key }),
      await publishSample('other', { key }),
      await publishSample('third', { key }),
    ];
    const options = {
      root: { luaRoot: kong.parts.luaRoot },
      keys: [key.publicKey],
      kong: kongOf(kong),
    };
    const before = [settingsOf(kong), reloads()];
    const broken = await publishSample('broken', { key, kind: 'syntax' });
    const refused = installPlugins([...references, broken], options);
    const error = await expectError(() => refused, 'PLUGIN_REFUSED');
    expect(error.details).toMatchObject({ plugins: ['broken'] });
    expect([settingsOf(kong), reloads(), plugins(kong)]).toEqual([...before, []]);
    const { activation } = await installPlugins(references, options);
    expect(activation).toMatchObject({ enabled: ['canary', 'other', 'third'] });
    expect(reloads()).toBe(Number(before[1]) + 1);
    // It loads in the test of the shell, and not in the node; only Kong's log says which it was.
    const failing = [
      await publishSample('lua', { key }),
      await publishSample('other', { key, version: '1.1.0', kind: 'shell-variable' }),
    ];
    const environment = { ...options.kong.place.environment, HOME: '/' };
    const place = { ...options.kong.place, environment };
    const failed = installPlugins(failing, { ...options, kong: { ...options.kong, place } });
    await expectError(() => failed, 'ACTIVATION_FAILED');
    await installPlugins(failing.slice(0, 1), options);
    await expectError(() => installPlugins(failing, options), 'QUARANTINED');
  });

  it('changes nothing where kong.conf cannot be edited, or nothing can reload Kong', async () => {
    const kong = await startKong();
    const { install } = await installerFor(kong);
    const before = settingsOf(kong);
    const place = { ...kongOf(kong).place, environment: { PATH: temporaryDirectory() } };
    const unreachable = install('canary', {}, { kong: { ...kongOf(kong), place } });
    const missing = await expectError(() => unreachable, 'NOT_FOUND');
    expect(missing.details).toMatchObject({ reason: 'KONG_PROGRAM' });
    linkSync(kong.parts.kongConf, join(temporaryDirectory(), 'second name'));
    const fixed = install('canary', {});
    const error = await expectError(() => fixed, 'NOT_OURS');
    expect(error.remedy).toContain('KONG_PLUGINS=bundled,canary');
    expect(settingsOf(kong)).toEqual(before);
    expect(plugins(kong)).toEqual([]);
    expect(existsSync(join(kong.prefix, '.kongcrate'))).toBe(false);
    expect(readFileSync(kong.parts.kongConf, 'utf8')).not.toContain('canary');
  });
});
