import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { describeWithPeers } from '../support/peers.ts';
import { luarocksTree, ownTree, type RockTree } from '../support/rock-trees.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const SAMPLES = join(import.meta.dirname, '../../testdata/rockspecs');

/** Nobody takes these: what LuaRocks says, and what we say. */
const REFUSED: Readonly<Record<string, readonly [luarocks: string, own: string]>> = {
  'c-detected': ['', 'src/a.c: a module that is built from C sources'],
  'c-module': ['', ':8: build.modules["a"] is built from C sources'],
  'c-table': ['', ':8: build.modules["a"] is built from C sources'],
  computed: ["attempt to index global 'os'", ':8: build.modules["a"] is computed'],
  'missing-file': ['Failed installing src/a.lua', 'module a: there is no src/a.lua'],
  nameless: ['assertion failed', ':8: build.modules[1] has no module name'],
  'no-package': ['Mandatory field package is missing', ':2: package is not set'],
  'no-version': ['Mandatory field version is missing', 'version is not set'],
  syntax: ['Error loading file', ":6: '}' expected near '<eof>'"],
  'unknown-back-end': ['Failed initializing build back-end', ':6: build.type "spaceship" runs'],
};

/** LuaRocks refuses these, and what Kong needs of them is clear all the same. */
const TAKEN: Readonly<Record<string, readonly [luarocks: string, files: readonly string[]]>> = {
  'copy-missing': ["Directory 'nowhere' not found", ['handler', 'schema']],
  'local-names': ['Mandatory field', ['handler', 'schema']],
  'no-build-type': ['build type not specified', ['handler', 'schema']],
  'no-modules': ['Missing build.modules table', []],
  'no-source': ['Mandatory field source is missing', ['handler', 'schema']],
  'other-name': ['Inconsistency between rockspec filename', ['handler', 'schema']],
  'string-library': ["attempt to index global 'string'", []],
  'test-in-format-1': ['Unknown field test', ['handler', 'schema']],
  'unknown-field': ['Unknown field note', ['handler', 'schema']],
};

/** A source with the files that the sample's first line names, each holding its own path. */
function sourceOf(rockspec: string): string {
  const directory = temporaryDirectory();
  const text = readFileSync(join(SAMPLES, rockspec), 'utf8');
  writeFileSync(join(directory, rockspec), text);
  const [first = ''] = text.split('\n', 1);
  for (const path of first.replace('-- files:', '').trim().split(' ').filter(Boolean)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), `-- ${path}\n`);
  }
  return directory;
}

async function bothTrees(rockspec: string): Promise<readonly [RockTree, RockTree]> {
  const directory = sourceOf(rockspec);
  return [await luarocksTree(directory, rockspec), ownTree(directory, rockspec)];
}

/** Compares sample rockspecs with `luarocks make`. */
export function describeLuarocksMake(isChosen: (name: string) => boolean): void {
  const rockspecs = readdirSync(SAMPLES).sort();
  const nameOf = (rockspec: string): string => rockspec.replace(/-1\.0-1\.rockspec$/, '');
  const agreed = rockspecs.filter((each) => !(nameOf(each) in REFUSED) && !(nameOf(each) in TAKEN));
  const chosen = <Row>(rows: Readonly<Record<string, Row>>): readonly [string, Row][] =>
    Object.entries(rows).filter(([name]) => isChosen(name));

  describeWithPeers(['luarocks'], 'rockspecs and luarocks make', () => {
    it.for(agreed.filter((each) => isChosen(nameOf(each))))('same tree: %s', async (rockspec) => {
      const [theirs, own] = await bothTrees(rockspec);
      expect(theirs).toBeInstanceOf(Map);
      expect(own).toEqual(theirs);
    });

    it.for(chosen(REFUSED))('both refuse: %s', async ([name, [theirs, own]]) => {
      const [said, saidByUs] = await bothTrees(`${name}-1.0-1.rockspec`);
      expect(said).toContain(theirs);
      expect(saidByUs).toContain(own);
    });

    it.for(chosen(TAKEN))('only LuaRocks refuses: %s', async ([name, [theirs, files]]) => {
      const [said, own] = await bothTrees(`${name}-1.0-1.rockspec`);
      expect(said).toContain(theirs);
      expect(own).toBeInstanceOf(Map);
      if (own instanceof Map && files.length > 0)
        expect([...own.keys()]).toEqual(files.map((file) => `kong/plugins/x/${file}.lua`));
    });
  });
}
