/** KONG.md 1.8: what goes wrong on a running node, and what shows it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { describeWithPeers } from '../support/peers.ts';
import type { KongNode } from '../support/stand-in-kong/kong-node.ts';
import { KONG_PROGRAM } from '../support/stand-in-kong/kong-program.ts';
import { ask } from '../support/stand-in-kong/ask.ts';
import { listProcesses, type RunningProcess } from '../support/stand-in-kong/processes.ts';
import { eventually } from '../support/stand-in-kong/eventually.ts';
import { failReload, reloadKong } from '../support/stand-in-kong/reload-kong.ts';
import {
  openDirectory,
  startKong,
  type StartKongOptions,
} from '../support/stand-in-kong/start-kong.ts';
import { writePlugin } from '../support/stand-in-kong/write-plugin.ts';

const VERSION = 'x-canary-version';

async function startCanary(options: StartKongOptions = {}): Promise<KongNode> {
  const luaRoot = openDirectory();
  writePlugin(luaRoot, 'canary');
  return startKong({ luaRoot, plugins: ['bundled', 'canary'], ...options });
}

describeWithPeers(['luajit'], 'the traps of a running node', () => {
  describe('a node that was started with its settings in the environment', () => {
    it('prepare from another shell rewrites its settings, and kong.conf cannot bring them back', async () => {
      const node = await startCanary({ settingsBy: 'environment' });
      const master = node.masterPid() ?? 0;
      expect(readFileSync(`/proc/${master}/environ`, 'utf8')).not.toContain('KONG_');
      const { kongConf } = node.parts;
      const original = `prefix = ${node.prefix}\n`;
      for (const text of [`${original}plugins = bundled,canary\n`, original]) {
        writeFileSync(kongConf, text);
        expect((await node.kong(['prepare', '-c', kongConf])).status).toBe(0);
        expect(node.kongEnv()).toMatch(/^database = postgres$/m);
        expect(node.kongEnv()).toMatch(/^proxy_listen = 0\.0\.0\.0:8000$/m);
        await failReload(node);
        expect((await node.request()).headers[VERSION]).toBe('1.0.0');
      }
    });

    it('KONG_PLUGINS with a reload loads the plugin and keeps every other setting', async () => {
      const node = await startCanary({ settingsBy: 'environment', plugins: ['bundled'] });
      const before = node.kongEnv();
      await reloadKong(node, [], { KONG_PLUGINS: 'bundled,canary' });
      expect((await node.admin('/schemas/plugins/canary')).status).toBe(200);
      expect(node.kongEnv()).toBe(before.replace('plugins = bundled', 'plugins = bundled,canary'));
    });
  });

  describe('on one node, which each test leaves as it found it', () => {
    let node: KongNode;

    beforeAll(async () => {
      node = await startCanary();
    });

    it('the status API knows no plugins: /status/ready is the useful one', async () => {
      for (const path of ['/', '/plugins', '/schemas/plugins/acl'])
        expect((await ask(`${node.statusUrl}${path}`)).status).toBe(404);
      expect((await ask(`${node.statusUrl}/status`)).status).toBe(200);
      expect(await node.ready()).toBe(200);
    });

    it('a plugin taken out of the list while in use: every request dropped, and Kong calls itself healthy', async () => {
      const before = node.errorLog().length;
      const { status, stdout } = await reloadKong(node, [], { KONG_PLUGINS: 'bundled' });
      expect({ status, stdout }).toEqual({ status: 0, stdout: 'Kong reloaded\n' });
      await expect(node.request()).rejects.toThrow('socket hang up');
      expect((await node.admin('/')).status).toBe(200);
      expect((await node.kong(['health', '-p', node.prefix])).stdout).toContain('Kong is healthy');
      expect(await node.ready()).toBe(503);
      const said = node.errorLog().slice(before);
      expect(said).not.toContain('init_by_lua');
      expect(said).toMatch(/\[crit\].*init_worker\(\).*canary plugin is in use but not enabled/);
      expect(said).toContain('unsafe request processing');
      await reloadKong(node, [], { KONG_PLUGINS: 'bundled,canary' });
      expect((await node.request()).status).toBe(200);
    });

    it('broken code with the same VERSION: the Admin API lists it, ready is 503 until a good reload', async () => {
      writePlugin(node.parts.luaRoot, 'canary', { kind: 'syntax' });
      await failReload(node);
      expect((await node.admin('/')).body).toContain('"canary":{"version":"1.0.0"');
      expect((await node.admin('/schemas/plugins/canary')).status).toBe(200);
      expect((await node.request()).headers[VERSION]).toBe('1.0.0');
      expect(await node.ready()).toBe(503);
      writePlugin(node.parts.luaRoot, 'canary');
      await reloadKong(node);
      expect(await node.ready()).toBe(200);
    });

    it('a runtime error in the new version: the Admin API shows it, ready is 200, traffic gets 500', async () => {
      writePlugin(node.parts.luaRoot, 'canary', { version: '2.0.0', kind: 'runtime-error' });
      await reloadKong(node);
      expect((await node.admin('/')).body).toContain('"canary":{"version":"2.0.0"');
      expect(await node.ready()).toBe(200);
      expect((await node.request()).status).toBe(500);
      expect(node.errorLog()).toContain('broken at run time');
      writePlugin(node.parts.luaRoot, 'canary');
      await reloadKong(node);
    });
  });

  it('a data plane has no Admin API and no declarative file, whatever .kong_env says', async () => {
    const node = await startCanary({ role: 'data-plane' });
    expect(node.kongEnv()).toContain(`admin_listen = 127.0.0.1:${node.parts.ports.admin}\n`);
    expect(node.kongEnv()).not.toContain('declarative_config');
    await expect(node.admin('/')).rejects.toThrow('ECONNREFUSED');
    expect((await node.request()).headers[VERSION]).toBe('1.0.0');
  });

  it('a new required field: an empty file parses, the own kong.yml does not, reload accepts, start fails', async () => {
    const node = await startCanary();
    const { kongConf, entities, luaRoot } = node.parts;
    writePlugin(luaRoot, 'canary', { version: '2.0.0', kind: 'required-field' });
    const empty = join(openDirectory(), 'empty.yml');
    writeFileSync(empty, '_format_version: "3.0"\n');
    expect((await node.kong(['config', 'parse', empty, '-c', kongConf])).status).toBe(0);
    const own = await node.kong(['config', 'parse', entities, '-c', kongConf]);
    expect(own.status).toBe(1);
    expect(own.stderr).toContain("in 'token': required field missing");
    await reloadKong(node);
    expect((await node.request()).headers[VERSION]).toBe('2.0.0');
    const restarted = await node.kong(['restart', '-c', kongConf]);
    expect(restarted.status).toBe(1);
    expect(restarted.stderr).toContain('required field missing');
  });

  /** Rewrites canary so that it never comes back; the file that it makes first says that it began. */
  function writeLoop(luaRoot: string): string {
    const handler = join(writePlugin(luaRoot, 'canary', { kind: 'endless-loop' }), 'handler.lua');
    const began = join(openDirectory(), 'began');
    const text = readFileSync(handler, 'utf8');
    writeFileSync(handler, `io.open("${began}", "w"):close()\n${text}`);
    return began;
  }

  const luaBelow = (parents: readonly number[]): readonly RunningProcess[] =>
    listProcesses().filter(
      ({ command, parent }) => parents.includes(parent) && command.includes('vm.lua'),
    );

  it('while true at module level: config parse survives SIGTERM and holds the pipe until SIGKILL', async () => {
    const node = await startCanary();
    const { environment, kongConf, luaRoot, entities } = node.parts;
    const began = writeLoop(luaRoot);
    const child = spawn(KONG_PROGRAM, ['config', 'parse', entities, '-c', kongConf], {
      env: environment,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const group = child.pid ?? 0;
    const closed = once(child.stdout.resume(), 'close');
    try {
      await eventually(() => existsSync(began)).toBe(true);
      const [looping] = luaBelow([group]);
      process.kill(-group, 'SIGTERM');
      await eventually(() => readFileSync(`/proc/${group}/status`, 'utf8')).toMatch(
        /^ShdPnd:\s+0+$/m,
      );
      expect(luaBelow([group])).toEqual([looping]);
      process.kill(group, 'SIGKILL');
      await once(child, 'exit');
      expect(listProcesses().map(({ pid }) => pid)).toContain(looping?.pid);
      expect(child.stdout.readableEnded).toBe(false);
    } finally {
      process.kill(-group, 'SIGKILL');
    }
    await closed;
    expect(child.stdout.readableEnded).toBe(true);
  });

  it('an endless loop in a reload: the old workers serve on, and the master does nothing else', async () => {
    const node = await startCanary();
    const before = node.workerPids();
    const began = writeLoop(node.parts.luaRoot);
    expect((await node.kong(['reload', '-p', node.prefix])).status).toBe(0);
    await eventually(() => existsSync(began)).toBe(true);
    expect((await node.kong(['stop', '-p', node.prefix])).stdout).toBe('Kong stopped\n');
    expect((await node.request()).headers[VERSION]).toBe('1.0.0');
    expect(await node.ready()).toBe(503);
    expect(node.workerPids()).toEqual(before);
    const children = listProcesses().filter(({ parent }) => parent === node.masterPid());
    const loading = children.map(({ pid }) => pid).filter((pid) => !before.includes(pid));
    for (const { pid } of luaBelow(loading)) process.kill(pid, 'SIGKILL');
    await eventually(() => node.masterPid()).toBeUndefined();
  });
});
