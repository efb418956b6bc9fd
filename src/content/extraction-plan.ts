import type { Digest } from '../reference/digest.ts';
import type { ByteSource } from './byte-source.ts';

/** A file of an archive: a relative path with `/`, and its bytes, which need not be in memory. */
export interface ArchivedFile {
  readonly path: string;
  readonly bytes: ByteSource;
}

/** A file to be written: a relative path with `/`, and its bytes. */
export interface PlannedFile extends ArchivedFile {
  readonly bytes: Uint8Array;
}

export interface ExtractionPlanData<File extends ArchivedFile = ArchivedFile> {
  /** Files in archive order, with validated paths; directories follow from them. */
  readonly files: readonly File[];
  /** The digest of the archive as it was read, before any decompression. */
  readonly archiveDigest: Digest;
  /** The sum of all file sizes, in bytes. */
  readonly expandedBytes: number;
}

declare const planned: unique symbol;

/** What an archive would put on disk, after every check of the strict reader. Only `archive/` makes one. */
export type ExtractionPlan<File extends ArchivedFile = ArchivedFile> = ExtractionPlanData<File> & {
  readonly [planned]: true;
};
