import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readKongSettings, type KongSettings } from '../../src/kong/read-kong-settings.ts';
import { expectError } from '../support/expect-error.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

interface Node {
  readonly conf?: string | Uint8Array;
  readonly environment?: Readonly<Record<string, string>>;
  /** `.kong_env` of the prefix. */
  readonly running?: string;
}

function settingsOf({ conf, environment = {}, running }: Node): KongSettings {
  const prefix = temporaryDirectory();
  const kongConf = join(prefix, 'kong.conf');
  if (conf !== undefined) writeFileSync(kongConf, conf);
  if (running !== undefined) writeFileSync(join(prefix, '.kong_env'), running);
  return readKongSettings({ kongConf, environment, prefix });
}

it.each<[string, Node, readonly string[], KongSettings['pluginsFrom']]>([
  ['nothing at all', {}, ['bundled'], 'default'],
  ['a file without a list', { conf: 'database = off\n' }, ['bundled'], 'default'],
  ['the file', { conf: 'plugins = bundled, a,a' }, ['bundled', 'a'], 'file'],
  ['an empty list', { conf: 'plugins =\n' }, [], 'file'],
  ['off', { conf: 'plugins = off,a\n' }, [], 'file'],
  ['off later', { conf: 'plugins = a,off,b\n' }, ['a', 'b'], 'file'],
  ['a trailing comma', { conf: 'plugins = a,\n' }, ['a', ''], 'file'],
  ['quotes', { conf: 'plugins = "bundled,a"\n' }, ['"bundled', 'a"'], 'file'],
  ['a number', { conf: 'plugins = 007\n' }, ['7'], 'file'],
  ['names that are no ASCII', { conf: 'plugins = é\n' }, ['é'], 'file'],
  ['a line without =', { conf: 'plugins\n' }, ['bundled'], 'default'],
  ['a file of any bytes', { conf: Buffer.from([0, 255, 10, 61, 10]) }, ['bundled'], 'default'],
  [
    'a variable',
    { conf: 'plugins = a\n', environment: { KONG_PLUGINS: 'b' } },
    ['b'],
    'environment',
  ],
  [
    'an empty variable',
    { conf: 'plugins = a', environment: { KONG_PLUGINS: '' } },
    [],
    'environment',
  ],
  ['# in a variable', { environment: { KONG_PLUGINS: 'a#b, c' } }, ['a#b', 'c'], 'environment'],
  ['lower case', { conf: 'plugins = a', environment: { kong_plugins: 'b' } }, ['a'], 'file'],
])('the plugins of %s', (_, node, plugins, pluginsFrom) => {
  expect(settingsOf(node)).toMatchObject({ plugins, pluginsFrom });
});

it.each<[string, Node, string, KongSettings['pluginsFrom']]>([
  ['nothing', {}, './?.lua;./?/init.lua;', 'default'],
  ['the file', { conf: 'lua_package_path = /a/?.lua;; # c' }, '/a/?.lua;;', 'file'],
  ['another spelling', { conf: 'lua-package.path = /a/?.lua' }, '/a/?.lua', 'file'],
  ['a variable', { environment: { KONG_LUA_PACKAGE_PATH: '/b/?.lua' } }, '/b/?.lua', 'environment'],
])('the Lua path of %s', (_, node, luaPackagePath, luaPackagePathFrom) => {
  expect(settingsOf(node)).toMatchObject({ luaPackagePath, luaPackagePathFrom });
});

it('what the running node has comes from .kong_env of the prefix', () => {
  const running = '# *** DO NOT EDIT ***\npg_password = a\\#b\nplugins = bundled,x\n';
  expect(settingsOf({ conf: 'plugins = a\n', running })).toMatchObject({
    plugins: ['a'],
    running: { plugins: ['bundled', 'x'] },
  });
  expect(settingsOf({ running: 'database = off\n' }).running).toBeUndefined();
});

it('a kong.conf that cannot be read is no kong.conf without plugins', async () => {
  const prefix = temporaryDirectory();
  const kongConf = join(prefix, 'kong.conf');
  mkdirSync(kongConf);
  const error = await expectError(
    () => readKongSettings({ kongConf, environment: {}, prefix }),
    'SOURCE_UNREADABLE',
  );
  expect(error.message).toContain(kongConf);
});
