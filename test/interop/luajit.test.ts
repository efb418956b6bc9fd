import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { kongcrate, runPeer } from '../support/must-succeed.ts';
import { describeWithPeers } from '../support/peers.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const PLUGINS = join(import.meta.dirname, '../../testdata/plugins');

/** With Kong's own modules stood in for: prints each module's bytes in hexadecimal, and what its chunk returns. */
const PROGRAM = `
local callable = setmetatable({}, { __call = function(self) return self end })
package.preload['kong.db.schema.typedefs'] = function()
  return setmetatable({}, { __index = function() return callable end })
end
package.path = arg[1] .. '/?.lua;' .. arg[1] .. '/?/init.lua'
for index = 2, #arg do
  local path = assert(package.searchpath(arg[index], package.path))
  local file = assert(io.open(path, 'rb'))
  local bytes = file:read('*a'):gsub('.', function(c) return ('%02x'):format(c:byte()) end)
  print(arg[index], bytes, type(require(arg[index])))
end`;

describeWithPeers(['luajit'], 'luajit on an installed Lua root', () => {
  it('requires the installed modules and gets the packed bytes', async () => {
    const directory = temporaryDirectory();
    const at = (name: string): string => join(directory, name);
    await kongcrate(['generate-key-pair', '--output-key-prefix', at('cosign')]);
    const references: string[] = [];
    for (const name of ['hello-header', 'quota-notes']) {
      const reference = `oci-layout:${at(name)}:latest`;
      await kongcrate(['publish', join(PLUGINS, name), reference, '--key', at('cosign.key')]);
      references.push(reference);
    }
    const flags = ['--key', at('cosign.pub'), '--lua-root', at('lua')];
    await kongcrate(['install', ...references, ...flags]);
    const modules = {
      'kong.plugins.hello-header.handler': 'hello-header/kong/plugins/hello-header/handler.lua',
      'kong.plugins.hello-header.schema': 'hello-header/kong/plugins/hello-header/schema.lua',
      'kong.plugins.quota-notes.migrations':
        'quota-notes/kong/plugins/quota-notes/migrations/init.lua',
      'kong.plugins.quota-notes.notes': 'quota-notes/kong/plugins/quota-notes/notes.lua',
    };
    const printed = await runPeer('luajit', ['-', at('lua'), ...Object.keys(modules)], {
      input: PROGRAM,
      env: { LUA_PATH: '' },
    });
    const expected = Object.entries(modules).map(([module, file]) => {
      const hex = readFileSync(join(PLUGINS, file)).toString('hex');
      return `${module}\t${hex}\ttable`;
    });
    expect(printed.split('\n')).toEqual(expected);
  });
});
