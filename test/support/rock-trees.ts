import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_ARCHIVE_LIMITS } from '../../src/archive/archive-limits.ts';
import { wholeOf } from '../../src/content/byte-source.ts';
import { checkRockModules } from '../../src/plugin/check-rock-modules.ts';
import { readRockModules } from '../../src/plugin/rock-modules.ts';
import { readRockspec } from '../../src/plugin/rockspec.ts';
import { visibleFiles } from '../../src/plugin/visible-files.ts';
import { KongcrateError } from '../../src/errors/kongcrate-error.ts';
import { readSourceTree } from '../../src/workflows/read-source-tree.ts';
import { filesBelow } from './files-below.ts';
import { peer } from './peers.ts';
import { run } from './run.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/** The Lua root after an installation: paths and contents; a text says why there is none. */
export type RockTree = ReadonlyMap<string, string> | string;

/** What `luarocks make` puts into an empty tree. */
export async function luarocksTree(directory: string, rockspec: string): Promise<RockTree> {
  const tree = temporaryDirectory();
  const { status, stderr } = await run(
    peer('luarocks'),
    ['make', '--deps-mode', 'none', '--tree', tree, rockspec],
    { cwd: directory },
  );
  if (status !== 0) return stderr.trim();
  const files = filesBelow(join(tree, 'share/lua/5.1'));
  return new Map([...files].map(([path, bytes]) => [path, bytes.toString('latin1')]));
}

/** What kongcrate takes from the rockspec, without the plugin's own directory. */
export function ownTree(directory: string, rockspec: string): RockTree {
  try {
    const files = visibleFiles(readSourceTree(directory, DEFAULT_ARCHIVE_LIMITS));
    const facts = readRockspec(rockspec, readFileSync(join(directory, rockspec), 'utf8'));
    const modules = readRockModules(facts, files);
    const [error] = checkRockModules(facts, modules, [])
      .filter(({ severity, rule }) => severity === 'error' && rule !== 'shadows-kong')
      .map(({ message }) => message);
    if (error !== undefined) return error;
    return new Map(
      modules.flatMap(({ file }) =>
        file === undefined
          ? []
          : [[file.path, Buffer.from(wholeOf(file.source.bytes)).toString('latin1')] as const],
      ),
    );
  } catch (error) {
    if (error instanceof KongcrateError) return error.message;
    throw error;
  }
}
