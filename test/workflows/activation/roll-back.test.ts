import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import type { PrivateKey } from '../../../src/signing/private-key.ts';
import { parseRepositoryPattern } from '../../../src/signing/policy/repository-pattern.ts';
import type { Revoked, TrustPolicy } from '../../../src/signing/policy/trust-policy.ts';
import type { ActivationOptions } from '../../../src/workflows/activation/activation-options.ts';
import { activateNode } from '../../../src/workflows/activate-node.ts';
import { disablePlugins } from '../../../src/workflows/disable-plugins.ts';
import { enablePlugins } from '../../../src/workflows/enable-plugins.ts';
import { readStatus } from '../../../src/workflows/read-status.ts';
import { rollbackPlugins } from '../../../src/workflows/rollback-plugins.ts';
import { expectError } from '../../support/expect-error.ts';
import { listTree } from '../../support/list-tree.ts';
import { describeWithPeers } from '../../support/peers.ts';
import type { KongNode } from '../../support/stand-in-kong/kong-node.ts';
import { openDirectory, startKong } from '../../support/stand-in-kong/start-kong.ts';
import { writePlugin } from '../../support/stand-in-kong/write-plugin.ts';
import {
  failingWith,
  installerFor,
  kongOf,
  settingsOf,
  withReload,
  type Installer,
} from './support.ts';

const NOTHING: Revoked = { digests: new Set(), keyIds: new Set(), identities: [] };

/** A policy that lets this key sign everything. */
function trusting({ publicKey }: PrivateKey): TrustPolicy {
  const rule = {
    ...{ line: 1, threshold: 1, log: 'optional' as const },
    repositories: [parseRepositoryPattern('**')],
    signers: [{ kind: 'key' as const, key: publicKey }],
  };
  return { file: 'policy.yaml', rules: [rule], revoked: NOTHING };
}

describeWithPeers(['luajit'], 'a node with a plugin in use', () => {
  let kong: KongNode;
  let installer: Installer;
  let probed: ActivationOptions;
  beforeAll(async () => {
    const luaRoot = openDirectory();
    writePlugin(luaRoot, 'canary');
    kong = await startKong({ luaRoot, plugins: ['bundled', 'canary'] });
    installer = await installerFor(kong);
    const probe = { target: new URL(kong.proxyUrl), holdMs: 0 };
    probed = kongOf(kong, { probe, timeoutMs: 2_000 });
  });
  const served = async (): Promise<unknown> => (await kong.request()).headers['x-canary-version'];
  const root = (): { luaRoot: string } => ({ luaRoot: kong.parts.luaRoot });

  it('gets back what an install took over, where only the probe sees that it does not serve', async () => {
    const before = [settingsOf(kong), listTree(join(root().luaRoot, 'kong'))];
    const options = { kong: probed, adopt: true };
    const failed = installer.install(
      'canary',
      { version: '1.1.0', kind: 'runtime-error' },
      options,
    );
    const error = await expectError(() => failed, 'ACTIVATION_FAILED');
    expect(error.message).toMatch(/canary.*rolled back/s);
    expect([settingsOf(kong), listTree(join(root().luaRoot, 'kong'))]).toEqual(before);
    expect(lstatSync(join(root().luaRoot, 'kong/plugins/canary')).isDirectory()).toBe(true);
    expect(await served()).toBe('1.0.0');
    expect(readStatus(root())).toMatchObject({
      generation: 2,
      plugins: [],
      quarantined: [{ reason: expect.any(String) as string }],
    });
  });

  it('takes over for good what serves', async () => {
    const client = kong.continuousClient();
    const options = { adopt: true };
    const report = await installer.install('canary', { version: '1.2.0' }, options);
    expect(report.activation).toMatchObject({ state: 'confirmed', enabled: [] });
    expect(await served()).toBe('1.2.0');
    await client.stop();
    expect(client.failures).toEqual([]);
  });

  it('keeps a plugin that it lists', async () => {
    const { generation } = readStatus(root());
    const removing = rollbackPlugins({ root: root(), kong: kongOf(kong), name: 'canary' });
    const error = await expectError(() => removing, 'PLUGIN_REFUSED');
    expect(error.remedy).toContain('kongcrate disable canary');
    expect(await served()).toBe('1.2.0');
    expect(readStatus(root())).toMatchObject({ generation, holds: [] });
  });

  it('goes back by a rollback', async () => {
    await installer.install('canary', { version: '1.3.0' });
    expect(await served()).toBe('1.3.0');
    const report = await rollbackPlugins({ root: root(), kong: kongOf(kong), name: 'canary' });
    expect(report).toMatchObject({
      plugins: [{ name: 'canary', version: '1.2.0' }],
      activation: { state: 'confirmed' },
    });
    expect(await served()).toBe('1.2.0');
  });

  it('gets back a version that was revoked meanwhile, and is told so', async () => {
    const digests = new Set(readStatus(root()).plugins.map(({ digest }) => digest));
    const revoking = { ...trusting(installer.key), revoked: { ...NOTHING, digests } };
    const notes: string[] = [];
    const options = { ...probed, onNote: (text: string) => notes.push(text) };
    const failed = installer.install(
      'canary',
      { version: '1.3.5', kind: 'runtime-error' },
      { kong: options, policies: [revoking], unhold: true },
    );
    await expectError(() => failed, 'ACTIVATION_FAILED');
    expect(await served()).toBe('1.2.0');
    expect(notes.filter((note) => note.includes('would be refused now'))).toEqual([
      expect.stringMatching(/^canary 1\.2\.0 is live again, .*: .*sha256:\w{64} is revoked/s),
    ]);
  });

  it('is given back what its workers have loaded when activate fails', async () => {
    const version = await served();
    const unseen = { activate: false, unhold: true, root: { ...root(), keepGenerations: 1 } };
    const installed = await installer.install('canary', { version: '1.4.0' }, unseen);
    expect(installed.activation).toEqual({ state: 'not-asked' });
    expect(await served()).toBe(version);
    const before = settingsOf(kong);
    const failing = kongOf(kong, { probe: failingWith(kong, '1.4.0') });
    const failed = activateNode({ root: root(), kong: failing });
    const error = await expectError(() => failed, 'ACTIVATION_FAILED');
    expect(error.details).toMatchObject({ plugins: ['canary'] });
    expect(settingsOf(kong)).toEqual(before);
    expect(await served()).toBe(version);
    expect(readStatus(root())).toMatchObject({ plugins: [{ version }] });
  });

  it('is said to get more time, where nothing else was missing', async () => {
    const once = join(openDirectory(), 'once');
    const slow = withReload(kong, `mkdir ${once} && exit 0`);
    const failed = activateNode({ root: root(), kong: { ...slow, timeoutMs: 300 } });
    const error = await expectError(() => failed, 'ACTIVATION_FAILED');
    expect(error.message).toContain('the old worker processes still serve');
    expect(error.remedy).toContain('--activate-timeout');
  });

  it('is activated by a restart when that is asked for', async () => {
    await installer.install('canary', { version: '1.5.0' }, { activate: false });
    const master = kong.masterPid();
    const options = { root: root(), kong: kongOf(kong, { by: 'restart' }) };
    expect(await activateNode(options)).toMatchObject({ state: 'confirmed' });
    expect(kong.masterPid()).not.toBe(master);
    expect(await served()).toBe('1.5.0');
  });

  it('starts again with what it had when a restart fails', async () => {
    await installer.install('canary', { version: '1.6.0' }, { activate: false });
    const before = settingsOf(kong);
    const failing = kongOf(kong, { probe: failingWith(kong, '1.6.0'), by: 'restart' });
    const restarting = activateNode({ root: root(), kong: failing });
    await expectError(() => restarting, 'ACTIVATION_FAILED');
    expect(await served()).toBe('1.5.0');
    expect(settingsOf(kong)).toEqual(before);
  });

  it('says how a plugin that was enabled by hand, and does not serve, comes off the list', async () => {
    await installer.install('extra', {}, { activate: false });
    const { place } = kongOf(kong);
    await enablePlugins(['extra'], { ...place, ...root() });
    const probe = { target: `! grep -q '^plugins.*extra' ${kong.prefix}/.kong_env`, holdMs: 0 };
    const failing = kongOf(kong, { probe, timeoutMs: 3_000 });
    const failed = activateNode({ root: root(), kong: failing });
    const error = await expectError(() => failed, 'ACTIVATION_FAILED');
    expect(error.remedy).toMatch(/Kong does not start with it: kongcrate disable extra$/);
    await disablePlugins(['extra'], {
      ...kongOf(kong),
      ...place,
      root: root(),
      assumeUnused: true,
    });
    expect(readFileSync(kong.parts.kongConf, 'utf8')).not.toContain('extra');
  });

  it('has Kong judge what is installed without a reload', async () => {
    const workers = kong.workerPids();
    const report = await activateNode({ root: root(), kong: kongOf(kong), dryRun: true });
    expect(report).toMatchObject({ state: 'checked', preflight: { plugins: 'loaded' } });
    await installer.install('canary', { version: '1.7.0', kind: 'syntax' }, { activate: false });
    const refused = activateNode({ root: root(), kong: kongOf(kong) });
    const error = await expectError(() => refused, 'PLUGIN_REFUSED');
    expect(error.remedy).toMatch(/Kong does not start with it: kongcrate rollback canary$/);
    expect(kong.workerPids()).toEqual(workers);
    expect(readFileSync(kong.parts.kongConf, 'utf8')).toContain('canary');
  });
});
