/** KONG.md 1.4: what each command really does. */
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../support/run.ts';
import { describeWithPeers } from '../support/peers.ts';
import type { KongNode } from '../support/stand-in-kong/kong-node.ts';
import { eventually } from '../support/stand-in-kong/eventually.ts';
import { failReload, reloadKong } from '../support/stand-in-kong/reload-kong.ts';
import { standInEnvironment } from '../support/stand-in-kong/kong-program.ts';
import { openDirectory, startKong } from '../support/stand-in-kong/start-kong.ts';
import { writePlugin } from '../support/stand-in-kong/write-plugin.ts';

const VERSION = 'x-canary-version';

async function startCanary(plugins: readonly string[] = ['bundled', 'canary']): Promise<KongNode> {
  const luaRoot = openDirectory();
  writePlugin(luaRoot, 'canary');
  return startKong({ luaRoot, plugins });
}

async function available(node: KongNode): Promise<Record<string, unknown>> {
  const { body } = await node.admin('/');
  const facts = JSON.parse(body) as { plugins: { available_on_server: Record<string, unknown> } };
  return facts.plugins.available_on_server;
}

/** Puts another value into kong.conf, as an administrator would. */
function editKongConf(node: KongNode, key: string, value: string): void {
  const { kongConf } = node.parts;
  const text = readFileSync(kongConf, 'utf8');
  writeFileSync(kongConf, text.replace(new RegExp(`^${key} = .*$`, 'm'), `${key} = ${value}`));
}

describeWithPeers(['luajit'], 'the commands of the stand-in', () => {
  describe('reload', () => {
    let node: KongNode;

    beforeAll(async () => {
      node = await startCanary(['bundled']);
      writePlugin(node.parts.luaRoot, 'canary');
    });

    it('a plugin added to kong.conf is not picked up by a plain reload', async () => {
      editKongConf(node, 'plugins', 'bundled,canary');
      const { status, stdout } = await reloadKong(node);
      expect({ status, stdout }).toEqual({ status: 0, stdout: 'Kong reloaded\n' });
      expect(await available(node)).not.toHaveProperty('canary');
    });

    it('a plugin named in KONG_PLUGINS is picked up by a reload', async () => {
      await reloadKong(node, [], { KONG_PLUGINS: 'bundled,canary' });
      expect(await available(node)).toHaveProperty('canary');
      await reloadKong(node, [], { KONG_PLUGINS: 'bundled' });
      expect(await available(node)).not.toHaveProperty('canary');
    });

    it('a plugin added to kong.conf is picked up by prepare and reload', async () => {
      expect((await node.kong(['prepare', '-c', node.parts.kongConf])).status).toBe(0);
      await reloadKong(node);
      expect(await available(node)).toHaveProperty('canary');
    });

    it('reload -c appends the file: additions win, keys that it lacks stay', async () => {
      const file = join(openDirectory(), 'kong.conf');
      writeFileSync(file, 'plugins = bundled\n');
      await reloadKong(node, ['-c', file]);
      expect(await available(node)).not.toHaveProperty('canary');
      expect(node.kongEnv()).toContain(`proxy_listen = 127.0.0.1:${node.parts.ports.proxy}\n`);
    });
  });

  it('check and prepare look at the configuration alone and catch no plugin fault', async () => {
    const base = openDirectory();
    writePlugin(base, 'canary', { kind: 'syntax' });
    const env = standInEnvironment();
    const file = join(base, 'kong.conf');
    writeFileSync(file, `plugins = canary\nlua_package_path = ${base}/?.lua\nprefix = ${base}/p\n`);
    for (const args of [
      ['check', file],
      ['prepare', '-c', file],
    ])
      expect((await run('kong', args, { env })).status).toBe(0);
    writeFileSync(file, 'database = oracle\n');
    expect((await run('kong', ['check', file], { env })).status).toBe(1);
  });

  describe('one node and its plugin', () => {
    let node: KongNode;

    beforeAll(async () => {
      node = await startCanary();
    });

    beforeEach(async () => {
      writePlugin(node.parts.luaRoot, 'canary');
      await reloadKong(node);
    });

    it('an edited handler is live after a reload, and the Admin API says so', async () => {
      expect((await node.request()).headers[VERSION]).toBe('1.0.0');
      writePlugin(node.parts.luaRoot, 'canary', { version: '9.9.9' });
      expect((await node.request()).headers[VERSION]).toBe('1.0.0');
      await reloadKong(node);
      expect((await node.request()).headers[VERSION]).toBe('9.9.9');
      expect(await available(node)).toMatchObject({ canary: { version: '9.9.9', priority: 10 } });
    });

    it('a reload is confirmed by the Admin API, by new worker pids and by a silent error log', async () => {
      const before = { pids: node.workerPids(), logLength: node.errorLog().length };
      writePlugin(node.parts.luaRoot, 'canary', { version: '1.1.0' });
      await reloadKong(node);
      expect(node.workerPids()).not.toEqual(before.pids);
      expect(JSON.parse((await node.admin('/')).body)).toMatchObject({
        pids: { workers: node.workerPids() },
        plugins: { available_on_server: { canary: { version: '1.1.0' } } },
      });
      expect((await node.admin('/schemas/plugins/canary')).status).toBe(200);
      expect(node.errorLog().slice(before.logLength)).not.toContain('init_by_lua');
    });

    it('a reload with a broken or a deleted plugin says "Kong reloaded" and keeps the old workers', async () => {
      const before = node.workerPids();
      const directory = writePlugin(node.parts.luaRoot, 'canary', { kind: 'syntax' });
      for (const breakMore of [
        () => undefined,
        () => {
          rmSync(directory, { recursive: true });
        },
      ]) {
        breakMore();
        const { status, stdout } = await failReload(node);
        expect({ status, stdout }).toEqual({ status: 0, stdout: 'Kong reloaded\n' });
        expect(node.workerPids()).toEqual(before);
        expect(await node.request()).toMatchObject({
          status: 200,
          headers: { [VERSION]: '1.0.0' },
        });
        expect((await node.kong(['health', '-p', node.prefix])).stdout).toContain(
          'Kong is healthy',
        );
        expect((await node.kong(['check', node.parts.kongConf])).stdout).toContain('is valid');
      }
      expect(node.errorLog()).toContain("error loading module 'kong.plugins.canary.handler'");
      expect(node.errorLog()).toContain(
        'canary plugin is enabled but not installed;\nno plugin found',
      );
    });

    it('a restart with a broken plugin is an outage', async () => {
      writePlugin(node.parts.luaRoot, 'canary', { kind: 'syntax' });
      const { status, stderr } = await node.kong(['restart', '-c', node.parts.kongConf]);
      expect(status).toBe(1);
      expect(stderr).toContain('init_by_lua error');
      await expect(node.request()).rejects.toThrow('ECONNREFUSED');
      expect((await node.kong(['health', '-p', node.prefix])).status).toBe(1);
    });
  });

  it('an old worker resolves a lazily required module from disk at first use', async () => {
    const luaRoot = openDirectory();
    writePlugin(luaRoot, 'canary', { kind: 'lazy-require' });
    const node = await startKong({ luaRoot, plugins: ['canary'] });
    writePlugin(luaRoot, 'canary', { kind: 'lazy-require', version: '2.0.0' });
    const mixed = { [VERSION]: '1.0.0', 'x-canary-detail': '2.0.0' };
    expect((await node.request()).headers).toMatchObject(mixed);
    writePlugin(luaRoot, 'canary', { kind: 'lazy-require', version: '3.0.0' });
    expect((await node.request()).headers).toMatchObject(mixed);
  });

  it('an old worker finishes its request before it ends', async () => {
    const luaRoot = openDirectory();
    const signs = openDirectory();
    // The workers are nobody.
    chmodSync(signs, 0o777);
    writeFileSync(
      join(writePlugin(luaRoot, 'canary'), 'handler.lua'),
      `return { PRIORITY = 1, VERSION = "1.0.0", access = function()
       io.open("${signs}/entered", "w"):close()
       while not io.open("${signs}/gate") do end
     end }`,
    );
    const node = await startKong({ luaRoot, plugins: ['canary'] });
    const slow = node.request();
    await eventually(() => existsSync(join(signs, 'entered'))).toBe(true);
    writePlugin(luaRoot, 'canary', { version: '2.0.0' });
    await reloadKong(node);
    expect((await node.request()).headers[VERSION]).toBe('2.0.0');
    writeFileSync(join(signs, 'gate'), '');
    expect((await slow).status).toBe(200);
  });
});
