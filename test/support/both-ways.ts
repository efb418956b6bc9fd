import { expect } from 'vitest';
import type { ArchiveLimits } from '../../src/archive/archive-limits.ts';
import { expandGzip } from '../../src/archive/expand-gzip.ts';
import { readArchive, readSpooledArchive } from '../../src/archive/read-archive.ts';
import { readContainer, type Container } from '../../src/archive/read-container.ts';
import { spoolGzip } from '../../src/archive/spool-gzip.ts';
import { wholeOf, type ByteSource } from '../../src/content/byte-source.ts';
import type { ExtractionPlan } from '../../src/content/extraction-plan.ts';
import { sha256Of } from '../../src/content/hash-source.ts';
import { KongcrateError } from '../../src/errors/kongcrate-error.ts';
import { spoolAbove } from './spools.ts';

/** Reads an archive in memory and through spools, which must come to the same. */
export function readArchiveBothWays(
  bytes: Uint8Array,
  limits?: ArchiveLimits,
): Promise<ExtractionPlan> {
  return agree(
    [
      () => readArchive(bytes, limits),
      () => readSpooledArchive(bytes, { limits, spooling: spoolAbove(0) }),
      () => readSpooledArchive(bytes, { limits, spooling: spoolAbove(Infinity) }),
    ],
    factsOf,
  );
}

/** As {@link readArchiveBothWays}, of whatever may carry a plugin. */
export function readContainerBothWays(bytes: Uint8Array): Promise<Container> {
  const read = (maxHeldBytes: number) => () =>
    readContainer(bytes, { spooling: spoolAbove(maxHeldBytes) });
  return agree([read(Infinity), read(0)], (container) =>
    container.kind === 'oci-layout'
      ? [...container.files].map(([path, file]) => [path, sha256Of(file)])
      : [container.kind, sha256Of(container.layer), factsOf(container.plan)],
  );
}

/** Expands a gzip stream at once and piece by piece. */
export async function expandBothWays(bytes: Uint8Array, maxBytes: number): Promise<Buffer> {
  const expanded = await agree<ByteSource>(
    [() => expandGzip(bytes, maxBytes), () => spoolGzip(bytes, maxBytes, spoolAbove(0).open())],
    sha256Of,
  );
  return Buffer.from(wholeOf(expanded));
}

function factsOf({ files, archiveDigest, expandedBytes }: ExtractionPlan): unknown {
  return [files.map(({ path, bytes }) => [path, sha256Of(bytes)]), archiveDigest, expandedBytes];
}

/** The outcome of the first one, if it is that of all. */
async function agree<Result>(
  ways: readonly (() => Result | Promise<Result>)[],
  factsOfResult: (result: Result) => unknown,
): Promise<Result> {
  const outcomes = await Promise.allSettled(ways.map(async (read) => read()));
  const facts = outcomes.map((outcome) =>
    outcome.status === 'fulfilled' ? factsOfResult(outcome.value) : refusalOf(outcome.reason),
  );
  for (const fact of facts) expect(fact).toEqual(facts[0]);
  const [first] = outcomes;
  if (first?.status === 'fulfilled') return first.value;
  throw first?.reason;
}

function refusalOf(error: unknown): unknown {
  if (!(error instanceof KongcrateError)) throw error;
  return [error.code, error.details];
}
