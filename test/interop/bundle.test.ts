import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundlePlugin } from '../../src/plugin/bundle/bundle-plugin.ts';
import type { PlannedFile } from '../../src/content/extraction-plan.ts';
import { runPeer } from '../support/must-succeed.ts';
import { describeWithPeers } from '../support/peers.ts';

const PLUGIN: Readonly<Record<string, string>> = {
  'handler.lua': `local name = ...
local access = require "kong.plugins.multi.access"
local H = { PRIORITY = 10, VERSION = "1.0.0", name = name }
function H:access() return access.run() end
function H:fail() return require("kong.plugins.multi.lib").fail() end
return H
`,
  'schema.lua': `local lib = require "kong.plugins.multi.lib"
return { name = "multi", fields = {}, lib = lib, said = ... }
`,
  'access.lua':
    '-- dollar $& and ]] and ]=] stay\r\nlocal lib = require "kong.plugins.multi.lib"\r\nlocal said = ...\r\nreturn { run = function() return [==[\r\nx]=]$1]==], lib, said end }',
  'lib/init.lua': `#! a first line
local deep = require("kong.plugins.multi.lib.deep")
return { said = ..., deep = deep, fail = function() return deep.fail() + 1 end }
`,
  'lib/deep.lua': `
-- line 2
local M = { said = ... }
function M.fail()
  local nothing
  return nothing.field
end
return M -- ]==`,
};

/** Loads the plugin, schema or handler first, and prints everything that code could notice. */
const PROGRAM = `
local root, first, second = arg[1], arg[2], arg[3]
package.path = root .. "/?.lua;" .. root .. "/?/init.lua"
local loaded = {}
for _, name in ipairs { first, second } do
  loaded[name] = require("kong.plugins.multi." .. name)
end
local handler, schema = loaded.handler, loaded.schema
print(handler.PRIORITY, handler.VERSION, handler.name, schema.said)
local text, lib, said = handler:access()
print(#text, text, said, lib.said, lib.deep.said)
print(lib == schema.lib, lib == require "kong.plugins.multi.lib")
print(lib.deep == require "kong.plugins.multi.lib.deep")
print(require "kong.plugins.multi.lib.init" == lib)
print((select(2, pcall(handler.fail)):gsub("^" .. root:gsub("%p", "%%%0") .. "/", "")))
local _, trace = xpcall(handler.fail, debug.traceback)
for line in trace:gmatch("kong/plugins/multi/[%w/]+%.lua:%d+:") do print(line) end
`;

describeWithPeers(['luajit'], 'a bundle under luajit', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'bundle-'));
    const files = Object.entries(PLUGIN).map(([path, text]) => ({
      path: `kong/plugins/multi/${path}`,
      bytes: Buffer.from(text),
    }));
    write('plain', files);
    write('bundle', bundlePlugin('multi', files));
  });
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  function write(root: string, files: readonly PlannedFile[]): void {
    for (const { path, bytes } of files) {
      mkdirSync(dirname(join(directory, root, path)), { recursive: true });
      writeFileSync(join(directory, root, path), bytes);
    }
  }

  it.each([
    ['handler', 'schema'],
    ['schema', 'handler'],
  ])('behaves as its files do, with the %s first', async (first, second) => {
    const runIn = (root: string): Promise<string> =>
      runPeer('luajit', ['-', join(directory, root), first, second], { input: PROGRAM });
    const bundled = await runIn('bundle');
    expect(bundled).toBe(await runIn('plain'));
    expect(bundled).toContain(
      "kong/plugins/multi/lib/deep.lua:6: attempt to index local 'nothing'",
    );
    expect(bundled).toContain('kong/plugins/multi/lib/init.lua:3:');
  });
});
