import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PrivateKey } from '../../src/signing/private-key.ts';
import { createKeySigner } from '../../src/signing/signer.ts';
import { installPlugins } from '../../src/workflows/install-plugins.ts';
import { publishPlugin } from '../../src/workflows/publish-plugin.ts';
import { runPeer } from './must-succeed.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/** Packs a plugin, publishes it to a layout, and installs it from there; gives its Lua root. */
export async function publishAndInstall(
  source: string,
  options: { readonly key: PrivateKey; readonly name: string; readonly version?: string },
): Promise<string> {
  const { key, ...plugin } = options;
  const directory = temporaryDirectory();
  const { reference } = await publishPlugin(source, `oci-layout:${join(directory, 'layout')}`, {
    ...plugin,
    signer: createKeySigner(key),
    format: 'bundle',
  });
  const luaRoot = join(directory, 'lua');
  await installPlugins([reference], { root: { luaRoot }, keys: [key.publicKey] });
  return luaRoot;
}

const PROGRAM = `
for line in io.lines() do
  local root, module = line:match('^(.-)\\t(.*)$')
  local path = package.searchpath(module, root .. '/?.lua;' .. root .. '/?/init.lua')
  local file = path and io.open(path, 'rb')
  local bytes = file and file:read('*a') or ''
  if file then file:close() end
  print((bytes:gsub('.', function(c) return ('%02x'):format(c:byte()) end)))
end`;

/** The bytes that `package.searchpath` finds for modules, in their order; empty where it finds none. */
export async function searchModules(
  modules: readonly (readonly [luaRoot: string, module: string])[],
): Promise<readonly Buffer[]> {
  const program = join(temporaryDirectory(), 'search.lua');
  writeFileSync(program, PROGRAM);
  const printed = await runPeer('luajit', [program], {
    input: modules.map((module) => `${module.join('\t')}\n`).join(''),
    env: { LUA_PATH: '' },
  });
  return printed.split('\n').map((hex) => Buffer.from(hex, 'hex'));
}
