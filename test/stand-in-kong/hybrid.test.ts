/** KONG.md 1.6 and the last row of 1.8: control plane and data plane. */
import { beforeAll, expect, it } from 'vitest';
import { describeWithPeers } from '../support/peers.ts';
import type { KongNode } from '../support/stand-in-kong/kong-node.ts';
import { eventually, until } from '../support/stand-in-kong/eventually.ts';
import { reloadKong } from '../support/stand-in-kong/reload-kong.ts';
import { openDirectory, startKong } from '../support/stand-in-kong/start-kong.ts';
import { writePlugin } from '../support/stand-in-kong/write-plugin.ts';

interface Pair {
  readonly control: KongNode;
  readonly data: KongNode;
}

/** Both with canary 1.0.0, the data plane fed by the control plane. */
async function startPair(): Promise<Pair> {
  const [controlRoot, luaRoot] = [openDirectory(), openDirectory()];
  writePlugin(controlRoot, 'canary');
  writePlugin(luaRoot, 'canary');
  const plugins = ['canary'];
  const control = await startKong({ role: 'control-plane', luaRoot: controlRoot, plugins });
  const data = await startKong({ role: 'data-plane', luaRoot, plugins, controlPlane: control });
  await until(async () => (await data.ready()) === 200);
  return { control, data };
}

describeWithPeers(['luajit'], 'the stand-in in hybrid mode', () => {
  let control: KongNode;
  let data: KongNode;

  beforeAll(async () => {
    ({ control, data } = await startPair());
  });

  const syncStatus = async (): Promise<string | undefined> => {
    const { body } = await control.admin('/clustering/data-planes');
    const { data } = JSON.parse(body) as { data: { sync_status: string }[] };
    return data[0]?.sync_status;
  };

  async function upgrade(node: KongNode, name: string, version: string): Promise<void> {
    writePlugin(node.parts.luaRoot, name, { version });
    await reloadKong(node);
  }

  it('a control plane takes no traffic', async () => {
    await expect(control.request()).rejects.toThrow('ECONNREFUSED');
    expect(JSON.parse((await control.admin('/')).body)).toMatchObject({
      configuration: { role: 'control_plane', database: 'postgres' },
    });
  });

  it('order in hybrid mode, upgrade: the control plane first, else the data plane gets nothing', async () => {
    expect(await syncStatus()).toBe('normal');
    await upgrade(data, 'canary', '1.1.0');
    await eventually(syncStatus).toBe('plugin_version_incompatible');
    expect((await data.request()).headers['x-canary-version']).toBe('1.1.0');
    await upgrade(control, 'canary', '1.1.0');
    await eventually(syncStatus).toBe('normal');
    await upgrade(control, 'canary', '1.2.0');
    await eventually(syncStatus).toBe('normal');
  });

  it('order in hybrid mode, new plugin: data planes, control plane, then the entities', async () => {
    const both = { KONG_PLUGINS: 'canary,finch' };
    const add = (): ReturnType<KongNode['admin']> =>
      control.admin('/plugins', { method: 'POST', body: JSON.stringify({ name: 'finch' }) });
    writePlugin(control.parts.luaRoot, 'finch');
    expect(await add()).toMatchObject({ status: 400 });
    await reloadKong(control, [], both);
    expect(await add()).toMatchObject({ status: 201 });
    await eventually(syncStatus).toBe('plugin_set_incompatible');
    expect(control.errorLog()).toContain(
      'configured finch plugin 1.0.0 is missing from data plane',
    );
    expect((await data.request()).status).toBe(200);
    writePlugin(data.parts.luaRoot, 'finch');
    await reloadKong(data, [], both);
    await eventually(syncStatus).toBe('normal');
    await eventually(async () => (await data.request()).headers['x-finch-version']).toBe('1.0.0');
  });

  it('a data plane keeps its last configuration without its control plane, and refuses one that does not fit', async () => {
    writePlugin(data.parts.luaRoot, 'canary', { kind: 'required-field' });
    await reloadKong(data);
    await eventually(() => data.errorLog()).toContain('unable to update running config');
    await control.stop();
    await reloadKong(data);
    expect(await data.request()).toMatchObject({
      status: 200,
      headers: { 'x-canary-version': '1.0.0' },
    });
  });

  // After the control plane is gone.
  it('a data plane without any configuration is not ready', async () => {
    const empty = await startKong({ role: 'data-plane', controlPlane: control });
    expect(await empty.ready()).toBe(503);
  });
});
