import { cpSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { describeWithPeers } from '../support/peers.ts';
import { luarocksTree, ownTree, type RockTree } from '../support/rock-trees.ts';
import { report } from '../support/soak.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const SOURCES = process.env['KONGCRATE_CORPUS'] ?? '';

function findRockspecs(): readonly string[] {
  if (SOURCES === '') return [];
  return readdirSync(SOURCES, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.rockspec'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

type Outcome = 'same tree' | 'both refuse' | 'only LuaRocks refuses' | 'only we refuse' | 'differ';

function outcomeOf(theirs: RockTree, own: RockTree): Outcome {
  if (typeof theirs === 'string')
    return typeof own === 'string' ? 'both refuse' : 'only LuaRocks refuses';
  if (typeof own === 'string') return 'only we refuse';
  const isSame = [...theirs].every(([path, text]) => own.get(path) === text);
  return isSame && own.size === theirs.size ? 'same tree' : 'differ';
}

/** The rockspec's directory is copied: a build may write into it. */
async function compare(rockspec: string): Promise<{ outcome: Outcome; why: string }> {
  const directory = temporaryDirectory();
  cpSync(dirname(rockspec), directory, {
    recursive: true,
    filter: (path) => !/\/(?:\.git|node_modules)$/.test(path),
  });
  const name = basename(rockspec);
  const theirs = await luarocksTree(directory, name);
  const own = ownTree(directory, name);
  const outcome = outcomeOf(theirs, own);
  const shown = [theirs, own].map((tree) => (typeof tree === 'string' ? tree : [...tree.keys()]));
  return { outcome, why: `${outcome}: ${rockspec}: ${JSON.stringify(shown)}` };
}

if (SOURCES === '')
  report('SKIPPED rockspecs: set KONGCRATE_CORPUS to a directory of unpacked repositories');

describeWithPeers(['luarocks'], 'rockspecs of other people', () => {
  it.skipIf(SOURCES === '')('give the tree that luarocks make installs', async () => {
    const counts = new Map<Outcome, number>();
    const unexpected: string[] = [];
    for (const rockspec of findRockspecs()) {
      const { outcome, why } = await compare(rockspec);
      counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
      if (outcome !== 'same tree') report(why.slice(0, 1_000));
      if (outcome === 'differ' || outcome === 'only we refuse') unexpected.push(why);
    }
    report(`rockspecs: ${JSON.stringify(Object.fromEntries(counts))}`);
    expect(unexpected).toEqual([]);
  });
});
