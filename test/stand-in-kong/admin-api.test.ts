/** The Admin API of the stand-in, as tools use it to see what is loaded and in use. */
import { expect, it } from 'vitest';
import { describeWithPeers } from '../support/peers.ts';
import type { KongNode } from '../support/stand-in-kong/kong-node.ts';
import { eventually } from '../support/stand-in-kong/eventually.ts';
import { openDirectory, startKong } from '../support/stand-in-kong/start-kong.ts';
import { findProcessTree } from '../support/stand-in-kong/processes.ts';
import { writePlugin } from '../support/stand-in-kong/write-plugin.ts';

interface Page {
  readonly data: readonly { readonly name: string }[];
  readonly next: string | null;
  readonly offset?: string;
}

const get = async (node: KongNode, path: string): Promise<Page> =>
  JSON.parse((await node.admin(path)).body) as Page;

describeWithPeers(['luajit'], 'the Admin API of the stand-in', () => {
  it('lists come in pages, and the next one forgets the size', async () => {
    const services = Array.from({ length: 150 }, (_, index) => ({
      name: `s${index}`,
      plugins: [{ name: 'acl', instance_name: `i${index}` }],
    }));
    const node = await startKong({ entities: { _format_version: '3.0', services } });
    const first = await get(node, '/plugins?size=20');
    expect(first.data).toHaveLength(20);
    const second = await get(node, first.next ?? '');
    expect(second.data).toHaveLength(100);
    const third = await get(node, `/plugins?offset=${second.offset ?? ''}`);
    expect([third.data.length, third.next]).toEqual([30, null]);
    expect((await get(node, '/services/s7/plugins')).data).toHaveLength(1);
    expect((await node.admin('/plugins?size=0')).status).toBe(400);
    expect((await node.admin('/schemas/plugins/absent')).status).toBe(404);
  });

  it('with RBAC every path wants the token', async () => {
    const node = await startKong({ adminToken: 'secret-token' });
    expect((await node.admin('/', { headers: { 'Kong-Admin-Token': 'wrong' } })).status).toBe(401);
    const { status, body } = await node.admin('/');
    expect(status).toBe(200);
    expect(body).not.toContain('secret-token');
  });

  it('without a database entities change by /config alone, which is judged by the schemas', async () => {
    const luaRoot = openDirectory();
    writePlugin(luaRoot, 'canary', { kind: 'required-field' });
    const entities = { _format_version: '3.0' };
    const node = await startKong({ luaRoot, plugins: ['canary'], entities });
    const post = (path: string, body: object): ReturnType<KongNode['admin']> =>
      node.admin(path, { method: 'POST', body: JSON.stringify(body) });
    expect((await post('/plugins', { name: 'canary' })).status).toBe(405);
    const config = (plugin: string): object => ({
      config: `_format_version: "3.0"\nservices: [{ name: a, routes: [{ paths: [/] }] }]\n${plugin}`,
    });
    expect(await post('/config', config('plugins: [{ name: canary }]\n'))).toMatchObject({
      status: 400,
      body: expect.stringContaining('required field missing') as string,
    });
    const good = config('plugins: [{ name: canary, config: { token: t } }]\n');
    expect((await post('/config', good)).status).toBe(201);
    expect((await node.request()).headers['x-canary-version']).toBe('1.0.0');
    expect((await node.admin('/config')).body).toContain('token: t');
  });

  it('with a database entities are added and deleted, and not judged when they are read', async () => {
    const luaRoot = openDirectory();
    writePlugin(luaRoot, 'canary');
    const plugins = ['canary'];
    const node = await startKong({ role: 'traditional', luaRoot, plugins });
    expect((await node.request()).headers['x-canary-version']).toBe('1.0.0');
    const [plugin] = (await get(node, '/plugins')).data as unknown as { id: string }[];
    const deleted = await node.admin(`/plugins/${plugin?.id ?? ''}`, { method: 'DELETE' });
    expect(deleted.status).toBe(204);
    expect((await node.request()).headers).not.toHaveProperty('x-canary-version');
    const body = JSON.stringify({ name: 'canary' });
    expect((await node.admin('/plugins', { method: 'POST', body })).status).toBe(201);
    expect((await node.request()).headers['x-canary-version']).toBe('1.0.0');
  });

  it('a container logs to stderr, and no file of it can be read', async () => {
    const luaRoot = openDirectory();
    writePlugin(luaRoot, 'canary');
    const node = await startKong({
      luaRoot,
      plugins: ['canary'],
      logTo: 'stderr',
      settingsBy: 'environment',
    });
    writePlugin(luaRoot, 'canary', { kind: 'syntax' });
    await node.kong(['reload', '-p', node.prefix]);
    await eventually(() => node.containerLog).toContain('init_by_lua error');
    expect((await node.request()).status).toBe(200);
  });

  it('a client that asks all the time sees no failure through a reload with two workers; stop leaves nothing', async () => {
    const luaRoot = openDirectory();
    writePlugin(luaRoot, 'canary');
    const settings = { nginx_worker_processes: '2' };
    const node = await startKong({ luaRoot, plugins: ['canary'], settings });
    const before = node.workerPids();
    expect(before).toHaveLength(2);
    const client = node.continuousClient();
    await eventually(() => client.header('x-canary-version')).toBe('1.0.0');
    writePlugin(luaRoot, 'canary', { version: '2.0.0' });
    await node.kong(['reload', '-p', node.prefix]);
    await eventually(() => client.header('x-canary-version')).toBe('2.0.0');
    await eventually(() => node.workerPids().some((pid) => before.includes(pid))).toBe(false);
    await client.stop();
    expect(client.failures).toEqual([]);
    expect(findProcessTree(node.parts.base).length).toBeGreaterThan(4);
    await node.stop();
    expect(findProcessTree(node.parts.base)).toEqual([]);
  });
});
