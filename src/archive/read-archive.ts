import { brandExtractionPlan } from '../content/brand-extraction-plan.ts';
import { wholeOf, type ByteSource } from '../content/byte-source.ts';
import type { ArchivedFile, ExtractionPlan, PlannedFile } from '../content/extraction-plan.ts';
import { digestOfSource } from '../content/hash-source.ts';
import { DEFAULT_ARCHIVE_LIMITS, type ArchiveLimits } from './archive-limits.ts';
import { lookIntoTar, type NestedArchive } from './look-into-tar.ts';
import { openSpooledTar, type SpooledOptions } from './open-spooled-tar.ts';
import { openTar } from './open-tar.ts';

/**
 * Reads a plugin archive: a tar, plain or in gzip; one whose only file is again such an archive,
 * by its name and its bytes, is opened too.
 * @param limits apply to all nested archives together
 * @returns every file it would put on disk; `archiveDigest` is that of `bytes`
 * @throws KongcrateError ARCHIVE_REFUSED; `details.reason` says why
 */
export function readArchive(
  bytes: Uint8Array,
  limits: ArchiveLimits = DEFAULT_ARCHIVE_LIMITS,
): ExtractionPlan<PlannedFile> {
  let archive: NestedArchive = { bytes, limits, depth: 1 };
  for (;;) {
    const tar = openTar(wholeOf(archive.bytes), archive.limits.maxUnpackedBytes);
    const found = lookIntoTar(tar, archive);
    if ('files' in found) return planOf(bytes, found.files.map(inMemory));
    archive = found.inner;
  }
}

/**
 * As {@link readArchive}, of an archive that need not be in memory: what is large is expanded into
 * a spool, and the files of the plan stay there.
 * @throws KongcrateError ARCHIVE_REFUSED; INSTALL_FAILED where a spool cannot be written
 */
export async function readSpooledArchive(
  bytes: ByteSource,
  options: SpooledOptions,
): Promise<ExtractionPlan> {
  return (await readSpooledLayer(bytes, options)).plan;
}

/**
 * As {@link readSpooledArchive}, with the tar of the archive itself: a layer is known by both.
 * @throws KongcrateError ARCHIVE_REFUSED; INSTALL_FAILED where a spool cannot be written
 */
export async function readSpooledLayer(
  bytes: ByteSource,
  { limits = DEFAULT_ARCHIVE_LIMITS, spooling }: SpooledOptions,
): Promise<{ readonly plan: ExtractionPlan; readonly tar: ByteSource }> {
  const archive: NestedArchive = { bytes, limits, depth: 1 };
  const tar = await openSpooledTar(archive, spooling);
  let found = lookIntoTar(tar, archive);
  while ('inner' in found)
    found = lookIntoTar(await openSpooledTar(found.inner, spooling), found.inner);
  return { plan: planOf(bytes, found.files), tar };
}

function planOf<File extends ArchivedFile>(
  archive: ByteSource,
  files: readonly File[],
): ExtractionPlan<File> {
  return brandExtractionPlan({
    files,
    archiveDigest: digestOfSource(archive),
    expandedBytes: files.reduce((sum, file) => sum + file.bytes.length, 0),
  });
}

function inMemory({ path, bytes }: ArchivedFile): PlannedFile {
  return { path, bytes: wholeOf(bytes) };
}
