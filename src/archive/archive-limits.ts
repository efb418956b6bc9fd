/** How much one archive may unpack to. */
export interface ArchiveLimits {
  /** The most bytes of tar, headers included, summed over archives nested in one another. */
  readonly maxUnpackedBytes: number;
  /** The most entries, directories included, summed over archives nested in one another. */
  readonly maxFiles: number;
}

export const DEFAULT_ARCHIVE_LIMITS: ArchiveLimits = {
  maxUnpackedBytes: 256 * 1024 * 1024,
  maxFiles: 20_000,
};
