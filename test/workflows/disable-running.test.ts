import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { installPlugins } from '../../src/install/install-plugins.ts';
import { disablePlugins, type DisableOptions } from '../../src/workflows/disable-plugins.ts';
import { readStatus } from '../../src/workflows/read-status.ts';
import { removePlugins } from '../../src/workflows/remove-plugins.ts';
import { makeSend } from '../http/make-send.ts';
import { expectError } from '../support/expect-error.ts';
import { compareVersions, makeInstallable } from '../support/make-installable.ts';
import { describeWithPeers } from '../support/peers.ts';
import type { KongNode } from '../support/stand-in-kong/kong-node.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { openDirectory, startKong } from '../support/stand-in-kong/start-kong.ts';
import { writePlugin } from '../support/stand-in-kong/write-plugin.ts';

const send = makeSend();
const TOKEN = 'correct horse';
const ECHO = [{ name: 'echo', routes: [{ name: 'everything', paths: ['/'] }] }];
const UNUSED = { _format_version: '3.0', services: ECHO };
const IN_USE = {
  _format_version: '3.0',
  services: ECHO,
  consumers: [{ username: 'alice' }],
  plugins: [
    { name: 'canary', route: 'everything' },
    { name: 'canary', consumer: 'alice' },
    { name: 'second' },
  ],
};

/** The node as kongcrate is told of it in another shell. */
function placeOf(kong: KongNode, options: Partial<DisableOptions> = {}): DisableOptions {
  const { prefix, kongConf, environment, luaRoot } = kong.parts;
  return { prefix, kongConf, environment, send, root: { luaRoot }, ...options };
}

const confOf = ({ parts }: KongNode): string => readFileSync(parts.kongConf, 'utf8');

/** A Lua root with both plugins, installed as kongcrate does it. */
async function installBoth(): Promise<string> {
  const [luaRoot, sources] = [openDirectory(), openDirectory()];
  const requests = ['canary', 'second'].map((name) => {
    const directory = writePlugin(sources, name);
    const files = ['handler', 'schema'].map((part): [string, string] => [
      `kong/plugins/${name}/${part}.lua`,
      readFileSync(join(directory, `${part}.lua`), 'utf8'),
    ]);
    return makeInstallable({ name, version: '1', files: Object.fromEntries(files) });
  });
  await installPlugins({ luaRoot }, requests, { compareVersions });
  return luaRoot;
}

const PLUGINS = ['bundled', 'canary', 'second'];

describeWithPeers(['luajit'], 'disable on a node with a database', () => {
  let kong: KongNode;
  let conf: string;
  let place: DisableOptions;

  beforeAll(async () => {
    const luaRoot = openDirectory();
    for (const name of ['canary', 'second']) writePlugin(luaRoot, name);
    const start = { luaRoot, plugins: PLUGINS, entities: IN_USE, adminToken: TOKEN };
    kong = await startKong({ ...start, role: 'traditional' });
    conf = confOf(kong);
    place = placeOf(kong, { adminHeaders: { 'Kong-Admin-Token': TOKEN } });
  });

  const untouched = async (): Promise<void> => {
    expect(confOf(kong)).toBe(conf);
    expect((await kong.admin('/plugins/enabled')).body).toContain('canary');
    expect((await kong.request()).headers['x-canary-version']).toBe('1.0.0');
  };

  it('that wants a token is not asked without', async () => {
    const workers = kong.workerPids();
    const error = await expectError(
      () => disablePlugins(['canary'], placeOf(kong)),
      'IN_USE_UNKNOWN',
    );
    expect(error.message).toContain('wants credentials (401): give --admin-header');
    await untouched();
    expect(kong.workerPids()).toEqual(workers);
  });

  it('on which something uses the plugin: its serving is not touched', async () => {
    const error = await expectError(() => disablePlugins(['canary'], place), 'PLUGIN_IN_USE');
    expect(error.details['entities']).toHaveLength(2);
    expect(error.message).toMatch(/canary \(route \S+\) http.*canary \(consumer \S+\) http/);
    expect(error.message).not.toContain('second');
    await untouched();
  });

  it('told against the facts that nothing does, gets its old list back', async () => {
    const told = { ...place, assumeUnused: true };
    const error = await expectError(() => disablePlugins(['canary'], told), 'ACTIVATION_FAILED');
    expect(error.message).toContain('Kong does not serve without canary: ');
    expect(String(error.details['evidence'])).toContain('in use but not enabled');
    await untouched();
    const { luaRoot } = kong.parts;
    expect(readStatus({ luaRoot }).quarantined).toEqual([]);
  });

  it('once nothing uses it: off both lists, seen by all signals, no request lost', async () => {
    const { data } = JSON.parse((await kong.admin('/plugins')).body) as {
      data: { id: string; name: string }[];
    };
    for (const { id, name } of data)
      if (name === 'canary') await kong.admin(`/plugins/${id}`, { method: 'DELETE' });
    const client = kong.continuousClient();
    const report = await disablePlugins(['canary'], place);
    await client.stop();
    expect(client.failures).toEqual([]);
    expect(client.header('x-second-version')).toBe('1.0.0');
    expect(report).toMatchObject({
      state: 'changed',
      plugins: ['bundled', 'second'],
      unusedBy: [`the Admin API at ${kong.adminUrl}`],
      reload: { outcome: 'confirmed', signals: ['workers', 'ready', 'admin', 'log'], missing: [] },
    });
    expect(report).not.toHaveProperty('overriddenBy');
    expect((await kong.admin('/plugins/enabled')).body).not.toContain('canary');
    expect(confOf(kong)).toBe(conf.replace('bundled,canary,second', 'bundled,second'));
  });

  it('again: nothing to do', async () => {
    const workers = kong.workerPids();
    const report = await disablePlugins(['canary'], place);
    expect(report.state).toBe('unchanged');
    expect(report).not.toHaveProperty('reload');
    expect(kong.workerPids()).toEqual(workers);
  });

  it('that fails its probe with either list, and held before: act now', async () => {
    const probe = { target: `mkdir '${join(temporaryDirectory(), 'once')}'`, holdMs: 0 };
    const error = await expectError(
      () => disablePlugins(['second'], { ...place, assumeUnused: true, probe }),
      'NODE_NOT_SERVING',
    );
    expect(error.message).toContain('does not serve without second: ');
    expect(error.message).toContain('going back failed: ');
  });
});

describeWithPeers(['luajit'], 'remove on a node that runs', () => {
  it('DB-less: both the document and the node have to say that nothing uses it', async () => {
    const luaRoot = await installBoth();
    const kong = await startKong({ luaRoot, plugins: PLUGINS, entities: UNUSED });
    const options = placeOf(kong);
    const files = join(luaRoot, 'kong/plugins/canary');
    const config = JSON.stringify({ _format_version: '3.0', plugins: [{ name: 'canary' }] });
    await kong.admin('/config', { method: 'POST', body: config });
    await expectError(() => removePlugins(['canary'], options), 'PLUGIN_IN_USE');
    const other = await startKong({ luaRoot, plugins: PLUGINS, entities: UNUSED });
    const adminUrl = new URL(other.adminUrl);
    const { message } = await expectError(
      () => removePlugins(['canary'], { ...options, adminUrl }),
      'IN_USE_UNKNOWN',
    );
    expect(message).toContain(`${other.adminUrl} is the Admin API of another node`);
    await kong.admin('/config', { method: 'POST', body: JSON.stringify(UNUSED) });
    const dry = await removePlugins(['canary'], { ...options, dryRun: true });
    expect(dry.disabled.unusedBy).toEqual([
      `the Admin API at ${kong.adminUrl}`,
      kong.parts.entities,
    ]);
    expect(existsSync(files)).toBe(true);
    const report = await removePlugins(['canary'], options);
    expect(report.disabled.reload).toMatchObject({ outcome: 'confirmed' });
    expect(report.plugins).toMatchObject([{ name: 'canary' }]);
    expect(existsSync(files)).toBe(false);
    expect(confOf(kong)).toContain('plugins = bundled,second\n');
    expect(kong.kongEnv()).toContain('plugins = bundled,second\n');
    expect((await kong.request()).status).toBe(200);
  });

  it('configured by its environment: the files stay until that is changed too', async () => {
    const luaRoot = await installBoth();
    const start = { luaRoot, plugins: PLUGINS, entities: UNUSED };
    const kong = await startKong({ ...start, settingsBy: 'environment' });
    const before = kong.kongEnv();
    const options = placeOf(kong);
    const error = await expectError(() => removePlugins(['canary'], options), 'STILL_ENABLED');
    expect(error.remedy).toContain('set KONG_PLUGINS=bundled,second, then run the command again');
    expect(existsSync(join(luaRoot, 'kong/plugins/canary'))).toBe(true);
    expect(kong.kongEnv()).toBe(before.replace('bundled,canary,second', 'bundled,second'));
    expect((await removePlugins(['canary'], options)).disabled).not.toHaveProperty('reload');
    expect(existsSync(join(luaRoot, 'kong/plugins/canary'))).toBe(false);
  });

  it('that shows too little to say that it serves: the files stay for a second look', async () => {
    const luaRoot = await installBoth();
    const settings = { admin_listen: 'off', status_listen: 'off' };
    const kong = await startKong({ luaRoot, plugins: PLUGINS, entities: UNUSED, settings });
    const options = placeOf(kong);
    const error = await expectError(() => removePlugins(['canary'], options), 'NOT_ACTIVATED');
    expect(error.message).toContain('nobody answers at the status API');
    expect(existsSync(join(luaRoot, 'kong/plugins/canary'))).toBe(true);
    expect((await removePlugins(['canary'], options)).disabled.unusedBy).toEqual([
      kong.parts.entities,
    ]);
  });

  it('a data plane goes by its control plane', async () => {
    const luaRoot = await installBoth();
    const entities = { ...UNUSED, plugins: [{ name: 'second' }] };
    const both = { luaRoot, plugins: PLUGINS };
    const control = await startKong({ ...both, role: 'control-plane', entities });
    const data = await startKong({ ...both, role: 'data-plane', controlPlane: control });
    await expect.poll(() => data.ready(), { timeout: 20_000 }).toBe(200);
    await expectError(() => disablePlugins(['canary'], placeOf(data)), 'IN_USE_UNKNOWN');
    const place = placeOf(data, { adminUrl: new URL(control.adminUrl) });
    await expectError(() => disablePlugins(['canary', 'second'], place), 'PLUGIN_IN_USE');
    const report = await disablePlugins(['canary'], place);
    expect(report.reload).toMatchObject({
      outcome: 'confirmed',
      signals: ['workers', 'ready', 'log'],
      missing: ['the node has no Admin API'],
    });
    expect((await data.request()).headers['x-second-version']).toBe('1.0.0');
  });
});
