import { once } from 'node:events';
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { ChildProcess } from 'node:child_process';
import { beforeAll, describe, expect, it } from 'vitest';
import { installPlugins } from '../../src/install/install-plugins.ts';
import { allDrift, installed, leftInTmp, versionsRead } from '../install/look-at-node.ts';
import { memoryDirectory } from '../install/memory-directory.ts';
import { expectError } from '../support/expect-error.ts';
import { compareVersions, makeInstallable } from '../support/make-installable.ts';
import { bundleBusyChild, follow } from './busy-run.ts';
import type { ChildTask } from './child.ts';
import { bundleChild, resultOf } from './run-child.ts';

let start: (task: ChildTask) => ChildProcess;
beforeAll(async () => {
  start = await bundleChild();
});

const install = (luaRoot: string, name: string, version: string): Promise<unknown> =>
  installPlugins({ luaRoot, lockWaitMs: 0 }, [makeInstallable({ name, version })], {
    compareVersions,
  });

/** A root with something to roll back to, and a child that holds its mutex. */
async function heldRoot(): Promise<{ luaRoot: string; holder: ChildProcess }> {
  const luaRoot = join(memoryDirectory(), 'lua');
  await install(luaRoot, 'one', '1');
  await install(luaRoot, 'one', '2');
  const holder = start({ luaRoot, action: 'rollback', plugins: [], stays: true });
  if (!holder.stdout) throw new Error('the child has no stdout');
  await once(holder.stdout, 'data');
  return { luaRoot, holder };
}

describe('several processes on one Lua root', () => {
  it('install different plugins at once, from nothing: all are there at the end', async () => {
    const luaRoot = join(memoryDirectory(), 'lua');
    const names = ['one', 'two', 'three', 'four'];
    const tasks = names.map((name) => ({
      luaRoot,
      action: 'install' as const,
      plugins: [{ name, version: '1' }],
    }));
    const results = await Promise.all(tasks.map((task) => resultOf(start(task))));
    for (const result of results) expect(result).toEqual({ done: true });
    expect(installed(luaRoot)).toEqual(names.map((name) => `${name} 1`).sort());
    expect(allDrift(luaRoot)).toEqual([]);
    expect(leftInTmp(luaRoot)).toEqual([]);
    expect(readdirSync(join(luaRoot, '.kongcrate/generations'))).toHaveLength(4);
  });

  it('wait for a live holder, take over from a killed one', async () => {
    const { luaRoot, holder } = await heldRoot();
    const error = await expectError(() => install(luaRoot, 'two', '1'), 'NODE_BUSY');
    expect(error.details).toMatchObject({ pid: holder.pid });
    const task = { luaRoot, action: 'install', plugins: [{ name: 'two', version: '1' }] } as const;
    expect(await resultOf(start({ ...task, lockWaitMs: 1 }))).toEqual({ code: 'NODE_BUSY' });
    const other = { ...task, plugins: [{ name: 'three', version: '1' }] };
    const waiting = Promise.all([task, other].map((each) => resultOf(start(each))));
    holder.kill('SIGKILL');
    for (const result of await waiting) expect(result).toEqual({ done: true });
    expect(installed(luaRoot)).toEqual(['one 2', 'three 1', 'two 1']);
    expect(existsSync(join(luaRoot, '.kongcrate/mutex'))).toBe(false);
  });
});

describe('a reader while a process makes changes', () => {
  it('never calls drift what a switch did', async () => {
    const luaRoot = join(memoryDirectory(), 'lua');
    const names = ['one', 'two'];
    const startBusy = await bundleBusyChild();
    const child = startBusy({
      luaRoot,
      names,
      seed: 1,
      label: '1',
      rollback: 'plugin',
      workMs: 1_500,
    });
    const { atWork, lines } = follow(child);
    await atWork;
    const isOver = lines.then(() => true);
    while (!(await Promise.race([isOver, setImmediate(false)])))
      expect(allDrift(luaRoot)).toEqual([]);
    expect((await lines).filter((line) => 'done' in line).length).toBeGreaterThan(0);
  });
});

describe('a process with the umask 077', () => {
  it('leaves everything readable for the workers of another user', async () => {
    const luaRoot = join(memoryDirectory(), 'lua');
    const plugins = [{ name: 'one', version: '1' }];
    await resultOf(start({ luaRoot, action: 'install', plugins, umask: 0o077 }));
    expect(versionsRead(luaRoot, 'one')).toEqual(['1', '1', '1']);
    const modes = new Set<string>();
    for (const path of ['', ...readdirSync(luaRoot, { recursive: true }).map(String)]) {
      const stats = lstatSync(join(luaRoot, path));
      if (stats.isDirectory()) modes.add(`directory ${(stats.mode & 0o7777).toString(8)}`);
      if (stats.isFile()) modes.add(`file ${(stats.mode & 0o7777).toString(8)}`);
    }
    expect([...modes].sort()).toEqual(['directory 755', 'file 644']);
  });

  it.each(['', '.kongcrate'])(
    'opens what one left closed in %j when it was killed',
    async (path) => {
      const luaRoot = join(memoryDirectory(), 'lua');
      mkdirSync(join(luaRoot, path), { recursive: true });
      chmodSync(join(luaRoot, path), 0o700);
      await install(luaRoot, 'one', '1');
      expect(lstatSync(join(luaRoot, path)).mode & 0o7777).toBe(0o755);
    },
  );

  it('leaves the mode of a root that was there before', async () => {
    const luaRoot = join(memoryDirectory(), 'lua');
    mkdirSync(join(luaRoot, 'resty'), { recursive: true });
    chmodSync(luaRoot, 0o775);
    await install(luaRoot, 'one', '1');
    expect(lstatSync(luaRoot).mode & 0o7777).toBe(0o775);
  });
});
