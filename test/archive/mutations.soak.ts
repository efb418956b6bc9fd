import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { expandGzip } from '../../src/archive/expand-gzip.ts';
import { scanTar } from '../../src/archive/scan-tar.ts';
import { KongcrateError } from '../../src/errors/kongcrate-error.ts';
import { memoryDirectory } from '../install/memory-directory.ts';
import {
  listFiles,
  listNamesWithGnuTar,
  listWithPython,
  type Listing,
} from '../support/archive-oracles.ts';
import { listAccepted } from '../support/flipped-tars.ts';
import { mutatedGzip } from '../support/mutate-gzip.ts';
import { mutatedTar } from '../support/mutate-tar.ts';
import { describeWithPeers } from '../support/peers.ts';
import type { Random } from '../support/random.ts';
import { count, report, startSoak } from '../support/soak.ts';

const BATCH = 10_000;

interface Accepted {
  readonly bytes: Buffer;
  /** Files and directories with their sizes. */
  readonly entries: Listing;
  readonly files: Listing;
}

function accept(bytes: Buffer, tar: Buffer): Accepted | undefined {
  const entries = listAccepted(tar);
  if (entries === undefined) return undefined;
  return { bytes, entries, files: listFiles(scanTar(tar).filter(({ kind }) => kind === 'file')) };
}

function acceptGzip(bytes: Buffer): Accepted | undefined {
  try {
    return accept(bytes, expandGzip(bytes, 2 ** 20));
  } catch (error) {
    if (error instanceof KongcrateError && error.code === 'ARCHIVE_REFUSED') return undefined;
    throw error;
  }
}

/** GNU tar lists the root's own entry, which puts nothing on a disk. */
const ROOT_ENTRIES = ['/ 0', './ 0'];

/** Lists accepted archives with both other readers and tells each that one of them reads otherwise. */
function disagreements(directory: string, accepted: readonly Accepted[]): readonly string[] {
  mkdirSync(directory);
  const names = accepted.map((_, index) => `${index}.archive`);
  for (const [index, { bytes }] of accepted.entries())
    writeFileSync(join(directory, names[index] ?? ''), bytes);
  const python = listWithPython(directory, names);
  const gnu = listNamesWithGnuTar(directory, names);
  rmSync(directory, { recursive: true });
  return accepted.flatMap(({ bytes, entries, files }, index) => {
    const gnuEntries = gnu[index]?.filter((line) => !ROOT_ENTRIES.includes(line));
    return [
      ...differ('Python', bytes, [files, python[index] ?? []]),
      ...differ('GNU tar', bytes, [entries, gnuEntries ?? []]),
    ];
  });
}

function differ(
  reader: string,
  bytes: Buffer,
  [ours, theirs]: readonly [Listing, Listing],
): readonly string[] {
  if (ours.join('\n') === theirs.join('\n')) return [];
  const base64 = gzipSync(bytes).toString('base64');
  return [
    `${reader} lists ${theirs.join(', ')}; we: ${ours.join(', ')}; base64 of gzip: ${base64}`,
  ];
}

/** Differences that begin alike are of one kind: a bug found a thousand times hides no other. */
function oneOfEachKind(differences: readonly string[]): readonly string[] {
  return [...new Map(differences.map((text) => [text.split('; we: ', 1)[0], text])).values()];
}

describeWithPeers(['tar', 'python3'], 'mutated archives', () => {
  it.each([
    ['tar', 160_000, (random: Random) => [mutatedTar(random)].map((tar) => accept(tar, tar))],
    ['gzip', 40_000, (random: Random) => [acceptGzip(mutatedGzip(random))]],
  ] as const)(
    'of kind %s, %i of them, are refused or read as GNU tar and Python read them',
    (kind, total, mutate) => {
      const random = startSoak(`${kind} mutations`);
      const root = memoryDirectory();
      const differences: string[] = [];
      let acceptedCount = 0;
      for (let done = 0; done < total; done += BATCH) {
        const accepted = Array.from({ length: BATCH }, () => mutate(random))
          .flat()
          .filter((one) => one !== undefined);
        differences.push(...disagreements(join(root, `${done}`), accepted));
        acceptedCount += accepted.length;
      }
      report(
        `${count(total)} ${kind} mutations: ${count(total - acceptedCount)} refused, ` +
          `${count(acceptedCount)} accepted, of which GNU tar or Python list ${differences.length} otherwise`,
      );
      expect(oneOfEachKind(differences)).toEqual([]);
      expect(acceptedCount).toBeGreaterThan(total / 50);
    },
  );
});
