import { brandExtractionPlan } from '../content/brand-extraction-plan.ts';
import type { ExtractionPlan, PlannedFile } from '../content/extraction-plan.ts';
import { digestOf } from '../reference/digest.ts';
import { DEFAULT_ARCHIVE_LIMITS, type ArchiveLimits } from './archive-limits.ts';
import { archiveRefused, quote } from './archive-refused.ts';
import { openTar } from './open-tar.ts';
import { scanTar, type TarEntry } from './scan-tar.ts';
import { sniffFormat } from './sniff-format.ts';

/** An archive in an archive in an archive: one more than the classic `tar xvf` twice needs. */
const MAX_DEPTH = 3;
/** What makes other tools take a tar for an image. */
const IMAGE_MARKER = /^(?:manifest\.json|index\.json|oci-layout)$/;
const ARCHIVE_NAME = /\.(?:tar|tar\.gz|tgz)$/;

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
): ExtractionPlan {
  const files = readFiles(bytes, limits, 1);
  return brandExtractionPlan({
    files,
    archiveDigest: digestOf(bytes),
    expandedBytes: files.reduce((sum, file) => sum + file.bytes.length, 0),
  });
}

function readFiles(
  bytes: Uint8Array,
  limits: ArchiveLimits,
  depth: number,
): readonly PlannedFile[] {
  if (depth > MAX_DEPTH)
    throw archiveRefused('NESTED_TOO_DEEP', `it nests more than ${MAX_DEPTH} archives`);
  const tar = openTar(bytes, limits.maxUnpackedBytes);
  const entries = scanTar(tar, limits);
  const files = entries.filter(isFile).map((entry) => ({ path: entry.path, bytes: entry.bytes }));
  const [only] = files;
  if (only === undefined) throw archiveRefused('EMPTY', 'it holds no files');
  demandNoImage(files);
  if (files.length > 1 || sniffFormat(only.bytes) === undefined) return files;
  if (!ARCHIVE_NAME.test(only.path))
    throw archiveRefused('READS_DIFFERENTLY', `its only file, ${quote(only.path)}, is an archive`, {
      remedy: 'If it holds a plugin, name it *.tar or *.tar.gz, so that everyone knows to open it.',
      details: { entry: quote(only.path) },
    });
  const rest = {
    maxUnpackedBytes: limits.maxUnpackedBytes - tar.length,
    maxFiles: limits.maxFiles - entries.length,
  };
  return readFiles(only.bytes, rest, depth + 1);
}

/** @throws KongcrateError ARCHIVE_REFUSED (READS_DIFFERENTLY) for what other tools take for an image */
export function demandNoImage(files: readonly { readonly path: string }[]): void {
  const marker = files.find(({ path }) => IMAGE_MARKER.test(path));
  if (marker === undefined) return;
  const entry = quote(marker.path);
  throw archiveRefused(
    'READS_DIFFERENTLY',
    `its ${entry} makes it an image to other tools, not the files of a plugin`,
    { details: { entry } },
  );
}

function isFile(entry: TarEntry): boolean {
  return entry.kind === 'file';
}
