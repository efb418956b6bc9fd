import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packToFile } from '../../src/workflows/pack-to-file.ts';
import { runPeer } from './must-succeed.ts';
import { temporaryDirectory } from './temporary-directory.ts';

type Texts = Readonly<Record<string, string>>;

export const NAME = 'kong-plugin-my-plugin';
const HANDLER = 'return { PRIORITY = 10, VERSION = "1.2.0" }\n';
const SCHEMA = 'return { name = "my-plugin", fields = {} }\n';

const rockspec = (build: string, format = ''): Texts => ({
  [`${NAME}-1.2.0-1.rockspec`]: `${format}package = "${NAME}"
version = "1.2.0-1"
source = { url = "git+https://example.com/acme/my-plugin.git" }
description = { summary = "An example", license = "Apache-2.0" }
dependencies = { "lua >= 5.1" }
build = { ${build} }
`,
});
const MODULES = `modules = {
  ["kong.plugins.my-plugin.handler"] = "kong/plugins/my-plugin/handler.lua",
  ["kong.plugins.my-plugin.schema"] = "kong/plugins/my-plugin/schema.lua",
}`;
/** A plugin without a rockspec. */
export const TREE: Texts = {
  'kong/plugins/my-plugin/handler.lua': HANDLER,
  'kong/plugins/my-plugin/schema.lua': SCHEMA,
};
const DOCUMENTS: Texts = {
  'README.md': 'read me\n',
  'CHANGES.md': 'changes\n',
  LICENSE: 'licence\n',
  'doc/and/or.txt': 'doc\n',
  'manual/a b.txt': 'manual\n',
  'samples/1.lua': '-- sample\n',
};

/** Plugins by what their rockspecs make LuaRocks install. */
export const ROCK_SOURCES: Readonly<Record<string, Texts>> = {
  'modules by name': { ...TREE, ...rockspec(`type = "builtin", ${MODULES}`) },
  'a directory doc': { ...TREE, ...DOCUMENTS, ...rockspec(`type = "builtin", ${MODULES}`) },
  'README and licence': {
    ...TREE,
    'README.md': 'read me\n',
    'copying.txt': 'x\n',
    ...rockspec(`type = "builtin", ${MODULES}`),
  },
  'directories that the rockspec names': {
    ...TREE,
    ...DOCUMENTS,
    ...rockspec(`type = "builtin", ${MODULES}, copy_directories = { "manual", "samples" }`),
  },
  'modules that LuaRocks detects': {
    'src/kong/plugins/my-plugin/handler.lua': HANDLER,
    'src/kong/plugins/my-plugin/schema.lua': SCHEMA,
    'src/my_library/init.lua': 'return {}\n',
    ...DOCUMENTS,
    ...rockspec('', 'rockspec_format = "3.0"\n'),
  },
  'a file that is no Lua': {
    'src/handler.lua': HANDLER,
    'src/schema.lua': SCHEMA,
    'src/data.json': '{}\n',
    ...rockspec(`type = "none", install = { lua = {
      ["kong.plugins.my-plugin.handler"] = "src/handler.lua",
      ["kong.plugins.my-plugin.schema"] = "src/schema.lua",
      ["kong.plugins.my-plugin.end"] = "src/data.json",
    } }`),
  },
};

/** A new directory with these files. */
export function writeTexts(files: Texts): string {
  const directory = temporaryDirectory();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  return directory;
}

export const luarocks = async (
  tree: string,
  args: readonly string[],
  cwd: string = tree,
): Promise<string> => runPeer('luarocks', ['--tree', tree, ...args], { cwd });

/** What `luarocks make` puts into an empty tree. */
export async function luarocksMake(directory: string): Promise<string> {
  const tree = temporaryDirectory();
  const [file = ''] = readdirSync(directory).filter((name) => name.endsWith('.rockspec'));
  await luarocks(tree, ['make', '--deps-mode', 'none', file], directory);
  return tree;
}

/** What `pack --format rock` writes, in a new directory. */
export async function packRock(source: string): Promise<string> {
  const { output } = await packToFile(source, { rock: true, dryRun: true });
  const place = join(temporaryDirectory(), output);
  await packToFile(source, { rock: true, output: place });
  return place;
}

/** What `luarocks install` puts into an empty tree. */
export async function luarocksInstall(rock: string): Promise<string> {
  const tree = temporaryDirectory();
  await luarocks(tree, ['install', '--deps-mode', 'none', rock]);
  return tree;
}
