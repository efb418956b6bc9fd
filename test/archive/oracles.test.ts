import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { encodeLayer } from '../support/encode-layer.ts';
import { readArchive } from '../../src/archive/read-archive.ts';
import { scanTar } from '../../src/archive/scan-tar.ts';
import type { PlannedFile } from '../../src/content/extraction-plan.ts';
import {
  extractWithGnuTar,
  listFiles,
  listNamesWithGnuTar,
  listWithPython,
  listWithTarStream,
  writeTree,
} from '../support/archive-oracles.ts';
import { writeWithOthers } from '../support/archive-writers.ts';
import { flippedTars, listAccepted } from '../support/flipped-tars.ts';
import { layerTree, longTree, shortTree } from '../support/file-trees.ts';
import { describeWithPeers } from '../support/peers.ts';
import { fc } from '../support/properties.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const SEED = 20261122;

function filesOf(tar: Buffer): readonly PlannedFile[] {
  return scanTar(tar).filter((entry) => entry.kind === 'file');
}

describeWithPeers(['tar', 'python3'], 'other readers and writers', () => {
  const root = temporaryDirectory();
  const newDirectory = (): string => mkdtempSync(path.join(root, 'case-'));

  it('GNU tar, Python and tar-stream read from our layers what was packed', async () => {
    const trees = fc.array(layerTree, { minLength: 10, maxLength: 20 });
    const property = fc.asyncProperty(trees, async (cases) => {
      const directory = newDirectory();
      const names = cases.map((_, index) => `${index}.tar.gz`);
      const expected = cases.map(listFiles);
      for (const [index, files] of cases.entries()) {
        const { bytes } = await encodeLayer(files);
        writeFileSync(path.join(directory, `${index}.tar.gz`), bytes);
        const tar = gunzipSync(bytes);
        expect(listFiles(filesOf(tar))).toEqual(expected[index]);
        expect(await listWithTarStream(tar)).toEqual(expected[index]);
      }
      expect(extractWithGnuTar(directory, cases.length)).toEqual(expected);
      expect(listWithPython(directory, names)).toEqual(expected);
    });
    await fc.assert(property, { seed: SEED, numRuns: 4 });
  });

  it.each([
    ['names that fit ustar', shortTree, true],
    ['names that need extended headers', longTree, false],
  ])('what GNU tar, Python and git write is accepted: %s', (_, tree, isShort) => {
    const property = fc.property(tree, (files) => {
      const directory = newDirectory();
      mkdirSync(path.join(directory, 'tree'));
      writeTree(path.join(directory, 'tree'), files);
      for (const name of writeWithOthers(directory, isShort)) {
        const plan = readArchive(readFileSync(path.join(directory, name)));
        expect(listFiles(plan.files), name).toEqual(listFiles(files));
      }
    });
    fc.assert(property, { seed: SEED, numRuns: 10 });
  });

  it('a tar with one byte changed is refused, or read as GNU tar and Python read it', () => {
    const directory = newDirectory();
    const cases = fc.sample(flippedTars, { seed: SEED, numRuns: 3000 });
    const accepted = cases.flatMap((tar) => {
      const entries = listAccepted(tar);
      return entries === undefined ? [] : [{ tar, entries }];
    });
    expect(accepted.length).toBeGreaterThan(200);
    expect(cases.length - accepted.length).toBeGreaterThan(1000);
    const names = accepted.map((_, index) => `${index}.tar`);
    for (const [index, { tar }] of accepted.entries())
      writeFileSync(path.join(directory, `${index}.tar`), tar);
    const files = accepted.map(({ tar }) => listFiles(filesOf(tar)));
    expect(listWithPython(directory, names)).toEqual(files);
    expect(listNamesWithGnuTar(directory, names)).toEqual(accepted.map(({ entries }) => entries));
  });
});
