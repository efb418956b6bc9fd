import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { readHistory } from '../../../src/workflows/read-history.ts';
import { readStatus } from '../../../src/workflows/read-status.ts';
import {
  syncNode,
  type SyncOptions,
  type SyncReport,
} from '../../../src/workflows/sync/sync-node.ts';
import { makeKey } from '../../signing/support.ts';
import { expectError } from '../../support/expect-error.ts';
import { describeWithPeers } from '../../support/peers.ts';
import type { KongNode } from '../../support/stand-in-kong/kong-node.ts';
import { startKong } from '../../support/stand-in-kong/start-kong.ts';
import { failingWith, kongOf, settingsOf } from '../activation/support.ts';
import { SampleFleet } from './sample-fleet.ts';

const ENTITIES = {
  _format_version: '3.0',
  services: [{ name: 'echo', routes: [{ paths: ['/'] }] }],
  plugins: [{ name: 'canary' }],
};

describeWithPeers(['luajit'], 'sync where Kong runs', () => {
  let kong: KongNode;
  let fleet: SampleFleet;
  beforeAll(async () => {
    kong = await startKong({ entities: { ...ENTITIES, plugins: [] } });
    fleet = new SampleFleet(await makeKey());
  });
  const sync = async (options: Partial<SyncOptions> = {}): Promise<SyncReport> =>
    syncNode({
      configuration: await fleet.read(),
      root: { luaRoot: kong.parts.luaRoot },
      kong: kongOf(kong),
      ...options,
    });
  const conf = (): string => readFileSync(kong.parts.kongConf, 'utf8');
  const versions = (): Readonly<Record<string, string | undefined>> => {
    const { plugins } = readStatus({ luaRoot: kong.parts.luaRoot });
    return Object.fromEntries(plugins.map(({ name, version }) => [name, version]));
  };
  const generations = (): number =>
    readHistory({ luaRoot: kong.parts.luaRoot }).generations[0]?.generation ?? 0;

  it('installs and enables what the file says, by one reload', async () => {
    await fleet.lockSamples({ canary: {}, extra: { isEnabled: false }, other: {} });
    const report = await sync();
    expect(report).toMatchObject({ enable: ['canary', 'other'], disable: [], reload: false });
    expect(report.applied?.activation).toMatchObject({
      state: 'confirmed',
      enabled: ['canary', 'other'],
    });
    expect(conf()).toContain('plugins = bundled,canary,other');
    expect(generations()).toBe(1);
  });

  it('does nothing where nothing is to be done, and asks no store', async () => {
    const before = [kong.workerPids(), settingsOf(kong)];
    expect(await sync({ check: true })).toMatchObject({ isDifferent: false });
    expect(await sync()).toMatchObject({
      isDifferent: false,
      applied: { activation: { state: 'unchanged' } },
    });
    expect([kong.workerPids(), settingsOf(kong)]).toEqual(before);
  });

  it('upgrades, enables, disables and takes out, by one reload and one switch', async () => {
    await fleet.lockSamples({ canary: { version: '1.1.0', isEnabled: false }, extra: {} });
    const client = kong.continuousClient();
    const report = await sync({ prune: true });
    expect(report).toMatchObject({ enable: ['extra'], disable: ['canary', 'other'] });
    expect(report.applied).toMatchObject({
      generation: 2,
      removed: [{ name: 'other' }],
      activation: { state: 'confirmed', plugins: ['bundled', 'extra'] },
    });
    expect(conf()).toContain('plugins = bundled,extra\n');
    expect(kong.kongEnv()).toContain('plugins = bundled,extra\n');
    expect(versions()).toEqual({ canary: '1.1.0', extra: '1.0.0' });
    await client.stop();
    expect(client.failures).toEqual([]);
  });

  it('takes everything back where one of them does not load', async () => {
    await fleet.lockSamples({
      canary: { version: '1.2.0' },
      extra: { version: '2.0.0', kind: 'missing-dependency' },
      other: {},
    });
    const before = [settingsOf(kong), kong.workerPids(), versions(), generations()];
    await expectError(() => sync(), 'PLUGIN_REFUSED');
    expect([settingsOf(kong), kong.workerPids(), versions(), generations()]).toEqual(before);
  });

  it('takes everything back where Kong does not serve so, and leaves what failed', async () => {
    await fleet.lockSamples({ canary: { version: '1.3.0' }, other: {} });
    const before = [settingsOf(kong), versions()];
    const failing = kongOf(kong, { probe: failingWith(kong, '1.3.0') });
    await expectError(() => sync({ kong: failing, prune: true }), 'ACTIVATION_FAILED');
    expect([settingsOf(kong), versions()]).toEqual(before);
    const report = await sync();
    expect(report.steps).toMatchObject([
      { name: 'canary', action: 'quarantined' },
      { name: 'extra', action: 'extra' },
      { name: 'other', action: 'quarantined' },
    ]);
    expect(report.isDifferent).toBe(true);
    expect(versions()).toEqual({ canary: '1.1.0', extra: '1.0.0' });
  });

  it('neither disables nor takes out what is in use', async () => {
    await fleet.lockSamples({ canary: { version: '1.4.0' }, extra: {} });
    await sync();
    const body = JSON.stringify(ENTITIES);
    const headers = { 'Content-Type': 'application/json' };
    expect((await kong.admin('/config', { method: 'POST', body, headers })).status).toBe(201);
    const before = [settingsOf(kong), versions()];
    await fleet.lockSamples({ extra: { version: '1.5.0' } });
    const error = await expectError(() => sync({ prune: true }), 'PLUGIN_IN_USE');
    expect(error.exitCode).toBe(18);
    await fleet.lockSamples({ canary: { version: '1.4.0', isEnabled: false }, extra: {} });
    await expectError(() => sync(), 'PLUGIN_IN_USE');
    expect([settingsOf(kong), versions()]).toEqual(before);
  });

  it('without activation takes out nothing that Kong lists', async () => {
    await fleet.lockSamples({ canary: { version: '1.4.0' } });
    await expectError(() => sync({ prune: true, activate: false }), 'STILL_ENABLED');
    const { luaRoot } = kong.parts;
    expect(existsSync(join(luaRoot, 'kong/plugins/extra/handler.lua'))).toBe(true);
  });

  it('two at once do the same once, one after the other', async () => {
    await fleet.lockSamples({ canary: { version: '1.6.0' }, extra: { version: '1.6.0' } });
    const before = generations();
    const reports = await Promise.all([sync(), sync()]);
    const states = reports.map(({ applied }) => applied?.activation?.state).sort();
    expect(states).toEqual(['confirmed', 'unchanged']);
    expect(generations()).toBe(before + 1);
  });

  it('edits kong.conf for the next start where Kong does not run', async () => {
    await kong.kong(['stop', '-p', kong.prefix]);
    rmSync(join(kong.prefix, '.kong_env'), { force: true });
    await fleet.lockSamples({ canary: { version: '1.6.0', isEnabled: false }, late: {} });
    const report = await sync({ prune: true, assumeUnused: true });
    expect(report.applied).toMatchObject({
      activation: { state: 'no-kong' },
      edited: [{ state: 'changed' }, { state: 'changed' }],
    });
    expect(conf()).toContain('plugins = bundled,late\n');
    expect(versions()).toEqual({ canary: '1.6.0', late: '1.0.0' });
    expect(await sync({ check: true })).toMatchObject({ isDifferent: false });
  });
});
