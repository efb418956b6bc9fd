import { partOf, type ByteSource } from '../content/byte-source.ts';
import type { ArchivedFile } from '../content/extraction-plan.ts';
import type { ArchiveLimits } from './archive-limits.ts';
import { archiveRefused, quote } from './archive-refused.ts';
import { indexTar } from './scan-tar.ts';
import { sniffFormat } from './sniff-format.ts';

/** An archive in an archive in an archive: one more than the classic `tar xvf` twice needs. */
const MAX_DEPTH = 3;
/** What makes other tools take a tar for an image. */
const IMAGE_MARKER = /^(?:manifest\.json|index\.json|oci-layout)$/;
const ARCHIVE_NAME = /\.(?:tar|tar\.gz|tgz)$/;

/** An archive that may stand in others, and what is left of the limits there. */
export interface NestedArchive {
  readonly bytes: ByteSource;
  readonly limits: ArchiveLimits;
  /** 1 for the outermost. */
  readonly depth: number;
}

/**
 * Lists the tar of an archive.
 * @returns its files, or the archive that is its only one
 * @throws KongcrateError ARCHIVE_REFUSED
 */
export function lookIntoTar(
  tar: ByteSource,
  { limits, depth }: NestedArchive,
): { readonly files: readonly ArchivedFile[] } | { readonly inner: NestedArchive } {
  const entries = indexTar(tar, limits, 'plugin');
  const files = entries
    .filter(({ kind }) => kind === 'file')
    .map(({ path, start, end }) => ({ path, bytes: partOf(tar, start, end) }));
  const [only] = files;
  if (only === undefined) throw archiveRefused('EMPTY', 'it holds no files');
  demandNoImage(files);
  if (files.length > 1 || sniffFormat(only.bytes) === undefined) return { files };
  if (!ARCHIVE_NAME.test(only.path))
    throw archiveRefused('READS_DIFFERENTLY', `its only file, ${quote(only.path)}, is an archive`, {
      remedy: 'If it holds a plugin, name it *.tar or *.tar.gz, so that everyone knows to open it.',
      details: { entry: quote(only.path) },
    });
  if (depth === MAX_DEPTH)
    throw archiveRefused('NESTED_TOO_DEEP', `it nests more than ${MAX_DEPTH} archives`);
  const rest = {
    maxUnpackedBytes: limits.maxUnpackedBytes - tar.length,
    maxFiles: limits.maxFiles - entries.length,
  };
  return { inner: { bytes: only.bytes, limits: rest, depth: depth + 1 } };
}

function demandNoImage(files: readonly ArchivedFile[]): void {
  const marker = files.find(({ path }) => IMAGE_MARKER.test(path));
  if (marker === undefined) return;
  const entry = quote(marker.path);
  throw archiveRefused(
    'READS_DIFFERENTLY',
    `its ${entry} makes it an image to other tools, not the files of a plugin`,
    { details: { entry } },
  );
}
