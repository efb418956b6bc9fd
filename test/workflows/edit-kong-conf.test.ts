import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeConfFiles } from '../../src/kong/conf-file-operations.ts';
import { enablePlugins } from '../../src/workflows/enable-plugins.ts';
import { replaceKongConf } from '../../src/workflows/replace-kong-conf.ts';
import { expectError } from '../support/expect-error.ts';
import { listTree } from '../support/list-tree.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { makeNode, type NodeWithConf } from './make-node.ts';

/** The lines of the kong.conf but the one for the Lua root. */
function confOf({ kongConf, luaRoot }: NodeWithConf): string {
  const path = `lua_package_path = ${luaRoot}/?.lua;${luaRoot}/?/init.lua;;\n`;
  return readFileSync(kongConf, 'utf8').replace(path, '<path>\n');
}

function runWith(node: NodeWithConf, plugins: string, seconds: number): void {
  mkdirSync(node.prefix);
  const file = join(node.prefix, '.kong_env');
  writeFileSync(file, `plugins = ${plugins}\n`);
  utimesSync(file, seconds, seconds);
}

describe('enable', () => {
  it('adds the plugin and the Lua root that Kong does not look into', async () => {
    const node = makeNode('a = 1\nplugins = bundled # c\n');
    const report = await enablePlugins(['x'], node);
    expect(report).toMatchObject({
      state: 'changed',
      plugins: ['bundled', 'x'],
      removedLines: ['plugins = bundled # c'],
      variables: { KONG_PLUGINS: 'bundled,x' },
    });
    expect(report.addedLines[0]).toBe('plugins = bundled,x # c');
    expect(report).not.toHaveProperty('overriddenBy');
    expect(confOf(node)).toBe('a = 1\nplugins = bundled,x # c\n<path>\n');
  });

  it('does not touch a file that says it already', async () => {
    const node = makeNode('plugins = x\n');
    await enablePlugins(['x'], node);
    const { ino, ctimeMs } = statSync(node.kongConf);
    expect(await enablePlugins(['x'], node)).toMatchObject({ state: 'unchanged', addedLines: [] });
    expect(statSync(node.kongConf)).toMatchObject({ ino, ctimeMs });
  });

  it('leaves the Lua path alone for what stands where Kong looks', async () => {
    const node = makeNode();
    writeFileSync(node.kongConf, `lua_package_path = ${node.luaRoot}/?.lua;;\n`);
    const elsewhere = join(node.directory, 'elsewhere');
    await enablePlugins(['x', 'acl'], { ...node, luaRoot: elsewhere });
    expect(confOf(node)).toBe(`lua_package_path = ${node.luaRoot}/?.lua;;\nplugins = bundled,x\n`);
  });

  it('dry run: the lines, and no change', async () => {
    const node = makeNode('plugins = bundled\n');
    const before = listTree(node.directory);
    const report = await enablePlugins(['x'], { ...node, dryRun: true });
    expect(report.addedLines).toContain('plugins = bundled,x');
    expect(listTree(node.directory)).toEqual(before);
  });

  it('a plugin that Kong would not find, and what is no name', async () => {
    const node = makeNode('plugins = bundled\n');
    const error = await expectError(() => enablePlugins(['x', 'z'], node), 'NOT_FOUND');
    expect(error.message).toContain('no plugin z under');
    expect(error.remedy).toContain('Install it first');
    for (const name of ['a,b', 'a#b', 'a b', '.a', 'a/b', '', '%a'])
      await expectError(() => enablePlugins([name], node), 'PLUGIN_REFUSED');
    await expectError(() => enablePlugins(['bundled'], node), 'USAGE');
    expect(confOf(node)).toBe('plugins = bundled\n');
  });

  it('without a kong.conf: the variables; and the file only with create', async () => {
    const node = makeNode();
    const report = await enablePlugins(['x'], node);
    expect(report).toMatchObject({
      state: 'no-file',
      plugins: ['bundled', 'x'],
      variables: {
        KONG_PLUGINS: 'bundled,x',
        KONG_LUA_PACKAGE_PATH: `${node.luaRoot}/?.lua;${node.luaRoot}/?/init.lua;;`,
      },
    });
    const inContainer = { ...node, environment: { KONG_PLUGINS: 'a' } };
    expect((await enablePlugins(['x'], inContainer)).variables['KONG_PLUGINS']).toBe('a,x');
    expect(existsSync(node.kongConf)).toBe(false);
    expect(await enablePlugins(['x'], { ...node, create: true, dryRun: true })).toMatchObject({
      state: 'created',
    });
    expect(existsSync(node.kongConf)).toBe(false);
    expect(await enablePlugins(['x'], { ...node, create: true })).toMatchObject({
      state: 'created',
    });
    expect(confOf(node)).toBe('plugins = bundled,x\n<path>\n');
    expect(statSync(node.kongConf).mode & 0o777).toBe(0o644);
  });

  it('a file that cannot be replaced: refused with the variables to set', async () => {
    const node = makeNode('plugins = a\n');
    const files = { ...node, kongConf: '/dev/null' };
    const { remedy } = await expectError(() => enablePlugins(['x'], files), 'NOT_OURS');
    expect(remedy).toContain('KONG_PLUGINS=bundled,x');
    const missing = { ...node, kongConf: join(node.directory, 'no/kong.conf'), create: true };
    await expectError(() => enablePlugins(['x'], missing), 'INSTALL_FAILED');
  });

  it('a disk that is full: exit 9 with the variables to set, and the file as it was', async () => {
    const node = makeNode('plugins = a\n');
    const overwrite = (path: string): never => {
      throw Object.assign(new Error(path), { code: 'ENOSPC', errno: -28, syscall: 'write' });
    };
    const full = { ...node, files: { ...nodeConfFiles, overwrite } };
    const error = await expectError(() => enablePlugins(['x'], full), 'INSTALL_FAILED');
    expect(error.message).toContain('no space left');
    expect(error.remedy).toContain('KONG_PLUGINS=a,x KONG_LUA_PACKAGE_PATH=');
    expect(readdirSync(node.directory).sort()).toEqual(['kong.conf', 'lua']);
    expect(confOf(node)).toBe('plugins = a\n');
  });

  it('a lock of another process is waited for, and then the command can be run again', async () => {
    const node = makeNode('plugins = a\n');
    writeFileSync(join(node.directory, '.kong.conf.kongcrate-lock'), '');
    await expectError(() => enablePlugins(['x'], { ...node, lock: { waitMs: 0 } }), 'NODE_BUSY');
    await enablePlugins(['x'], { ...node, lock: { staleAfterMs: -1 } });
    expect(confOf(node)).toContain('plugins = a,x\n');
  });

  it('a directory in the place of the lock is in the way of nothing but this', async () => {
    const node = makeNode('plugins = a\n');
    const lock = join(node.directory, '.kong.conf.kongcrate-lock');
    mkdirSync(lock);
    utimesSync(lock, 1, 1);
    const error = await expectError(() => enablePlugins(['x'], node), 'NOT_OURS');
    expect(error.message).toBe(`${lock} is no file, and a lock has to stand there`);
    expect(error.remedy).toContain('Move it away');
    expect(confOf(node)).toBe('plugins = a\n');
  });

  it('a file that went away since it was found: exit 9 with what to do instead', async () => {
    const path = join(temporaryDirectory(), 'kong.conf');
    const change = { edit: (text: string) => text, instead: 'Set KONG_PLUGINS.' };
    const error = await expectError(() => replaceKongConf(path, change, {}), 'INSTALL_FAILED');
    expect(error.message).toContain(path);
    expect(error.remedy).toContain('Set KONG_PLUGINS.');
  });
});

describe('what counts more than the file', () => {
  it('KONG_LUA_PACKAGE_PATH of our own environment', async () => {
    const node = makeNode('plugins = a\n');
    const environment = { KONG_LUA_PACKAGE_PATH: '/x/?.lua;;' };
    const { notes, variables } = await enablePlugins(['x'], { ...node, environment });
    expect(notes.join()).toContain('KONG_LUA_PACKAGE_PATH is set here');
    expect(variables['KONG_LUA_PACKAGE_PATH']).toMatch(/\/lua\/\?\.lua;.*;\/x\/\?\.lua;;$/);
  });

  it('KONG_PLUGINS of our own environment, an empty one too', async () => {
    const node = makeNode('plugins = a\n');
    const report = await enablePlugins(['x'], { ...node, environment: { KONG_PLUGINS: 'b' } });
    expect(report).toMatchObject({
      overriddenBy: 'environment',
      plugins: ['a', 'x'],
      variables: { KONG_PLUGINS: 'b,x' },
    });
    const empty = await enablePlugins(['y'], { ...node, environment: { KONG_PLUGINS: '' } });
    expect(empty).toMatchObject({ overriddenBy: 'environment', variables: { KONG_PLUGINS: 'y' } });
    expect(confOf(node)).toContain('plugins = a,x,y\n');
  });

  it('what the node was started with, unless the file was edited since', async () => {
    const node = makeNode('plugins = a\n');
    const written = statSync(node.kongConf).mtimeMs / 1000;
    runWith(node, 'b', written + 10);
    const report = await enablePlugins(['x'], { ...node, dryRun: true });
    expect(report).toMatchObject({
      overriddenBy: 'running node',
      variables: { KONG_PLUGINS: 'b,x' },
    });
    runWith({ ...node, prefix: join(node.directory, 'older') }, 'b', written - 10);
    const older = await enablePlugins(['x'], { ...node, prefix: join(node.directory, 'older') });
    expect(older).not.toHaveProperty('overriddenBy');
    expect(older.variables['KONG_PLUGINS']).toBe('a,x');
  });
});
