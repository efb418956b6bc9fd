import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { beforeAll, expect, it } from 'vitest';
import { enablePlugins } from '../../src/workflows/enable-plugins.ts';
import { memoryDirectory } from '../install/memory-directory.ts';
import { bundleProgram } from '../support/bundle-program.ts';
import type { ConfTask } from './conf-child.ts';

const OLD = 'a = 1\nplugins = bundled # c\n';
const NEW = 'a = 1\nplugins = bundled,x # c\n';
const NAMES = ['x', 'p0', 'p1', 'p2', 'p3', 'p4', 'p5'];

let start: (task: ConfTask) => ChildProcess;
beforeAll(async () => {
  start = await bundleProgram(new URL('conf-child.ts', import.meta.url));
});

function makeTask(): ConfTask {
  const directory = memoryDirectory();
  const luaRoot = join(directory, 'lua');
  for (const name of NAMES) {
    mkdirSync(join(luaRoot, 'kong/plugins', name), { recursive: true });
    for (const file of ['handler', 'schema'])
      writeFileSync(join(luaRoot, 'kong/plugins', name, `${file}.lua`), '');
  }
  const kongConf = join(directory, 'kong.conf');
  // With the root in it, so that an edit is one of the list alone.
  writeFileSync(kongConf, `lua_package_path = ${luaRoot}/?.lua;${luaRoot}/?/init.lua\n${OLD}`);
  return { luaRoot, kongConf, enable: ['x'] };
}

const confOf = ({ kongConf }: ConfTask): string =>
  readFileSync(kongConf, 'utf8').replace(/^lua_package_path.*\n/, '');

/** What the child said, or `undefined` when it was killed. */
async function resultOf(child: ChildProcess): Promise<string | undefined> {
  if (!child.stdout) throw new Error('the child has no stdout');
  const [output] = await Promise.all([text(child.stdout), once(child, 'close')]);
  if (child.signalCode === 'SIGKILL') return undefined;
  expect(child.exitCode).toBe(0);
  return output;
}

it.each(['before', 'after'] as const)(
  'killed %s any operation, kong.conf is the old one or the new one',
  async (when) => {
    const count = Number(await resultOf(start(makeTask())));
    expect(count).toBe(5);
    const seen: string[] = [];
    for (let at = 0; at < count; at += 1) {
      const task = makeTask();
      expect(await resultOf(start({ ...task, kill: { at, when } }))).toBeUndefined();
      seen.push(confOf(task));
      const place = { ...task, environment: {}, prefix: '/nowhere', lock: { staleAfterMs: -1 } };
      await enablePlugins(['x'], place);
      await enablePlugins(['p0'], place);
      expect(confOf(task)).toBe(NEW.replace('x', 'x,p0'));
      expect(readdirSync(join(task.kongConf, '..')).sort()).toEqual(['kong.conf', 'lua']);
    }
    const renamed = when === 'before' ? 3 : 2;
    expect(seen).toEqual(seen.map((_, at) => (at < renamed ? OLD : NEW)));
  },
);

it('six processes that enable and disable at once lose nothing', async () => {
  const task = makeTask();
  const pairs = [0, 1, 2, 3, 4, 5].map((number) => `p${number}`);
  const children = pairs.map((name, number) =>
    start({ ...task, enable: [name], ...(number % 2 === 0 ? {} : { disable: [name] }) }),
  );
  await Promise.all(children.map(resultOf));
  const [, list = ''] = /^plugins = (.*) # c$/m.exec(confOf(task)) ?? [];
  expect(list.split(',').sort()).toEqual(['bundled', 'p0', 'p2', 'p4']);
  expect(readdirSync(join(task.kongConf, '..')).sort()).toEqual(['kong.conf', 'lua']);
});
