import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { installPlugins } from '../../src/install/install-plugins.ts';
import { compareVersions, filesOf, makeInstallable } from '../support/make-installable.ts';
import { describeWithPeers, peer } from '../support/peers.ts';
import { run } from '../support/run.ts';
import { memoryDirectory } from './memory-directory.ts';

const install = (luaRoot: string, version: string, allowDowngrade = false): Promise<unknown> =>
  installPlugins({ luaRoot }, [makeInstallable({ name: 'one', version, allowDowngrade })], {
    compareVersions,
  });

/** Opens the three files over and over until the stop file is there; counts what it saw. */
const READER = `
local root, stop = arg[1], arg[2]
local seen = {}
repeat
  for _, path in ipairs({ "/kong/plugins/one/handler.lua", "/kong/plugins/one/schema.lua", "/resty/one.lua" }) do
    local file = assert(io.open(root .. path, "rb"))
    local bytes = file:read("*a")
    file:close()
    seen[bytes] = (seen[bytes] or 0) + 1
  end
  local stopped = io.open(stop)
until stopped
for bytes, count in pairs(seen) do io.write(#bytes, " ", bytes, "\\n") end
`;

describeWithPeers(['luajit'], 'luajit', () => {
  it('requires the installed modules over the paths that Kong searches', async () => {
    const luaRoot = join(memoryDirectory(), 'lua');
    const files = {
      ...filesOf('one', '1'),
      'kong/plugins/one/migrations/init.lua': 'return { 7 }',
    };
    await installPlugins({ luaRoot }, [makeInstallable({ name: 'one', version: '1', files })], {
      compareVersions,
    });
    const script = `
      package.path = arg[1] .. "/?.lua;" .. arg[1] .. "/?/init.lua"
      print(require("kong.plugins.one.handler").VERSION, require("kong.plugins.one.schema").NAME)
      print(require("resty.one").PRIORITY, require("kong.plugins.one.migrations")[1])`;
    const file = join(memoryDirectory(), 'require.lua');
    writeFileSync(file, script);
    const { stdout, stderr } = await run(peer('luajit'), [file, luaRoot]);
    expect(stderr).toBe('');
    expect(stdout).toBe('1\tone\n10\t7\n');
  });

  it('opens only whole files of one version or the other during 200 switches', async () => {
    const directory = memoryDirectory();
    const [luaRoot, stop, script] = ['lua', 'stop', 'reader.lua'].map((name) =>
      join(directory, name),
    ) as [string, string, string];
    await install(luaRoot, '1');
    writeFileSync(script, READER);
    const reader = spawn(peer('luajit'), [script, luaRoot, stop], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const output = text(reader.stdout);
    for (let count = 0; count < 200; count += 1)
      await install(luaRoot, count % 2 === 0 ? '2' : '1', true);
    writeFileSync(stop, '');
    await once(reader, 'close');
    expect(existsSync(stop)).toBe(true);
    const known = ['1', '2'].flatMap((version) => Object.values(filesOf('one', version)));
    const expected = known.map((bytes) => `${bytes.length} ${bytes}\n`);
    expect(split(await output).sort()).toEqual(expected.sort());
  });
});

/** Length-prefixed texts, one after the other. */
function split(output: string): string[] {
  if (output === '') return [];
  const header = output.slice(0, output.indexOf(' ') + 1);
  const length = header.length + Number(header) + 1;
  return [output.slice(0, length), ...split(output.slice(length))];
}
