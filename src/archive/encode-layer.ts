import type { ExtractionPlan, PlannedFile } from '../content/extraction-plan.ts';
import { digestOf, type Digest } from '../reference/digest.ts';
import { DEFAULT_ARCHIVE_LIMITS, type ArchiveLimits } from './archive-limits.ts';
import { archiveRefused } from './archive-refused.ts';
import { assertEncoder } from './assert-encoder.ts';
import { encodeGzip } from './encode-gzip.ts';
import { encodeTar } from './encode-tar.ts';
import { readArchive } from './read-archive.ts';

/** A layer as it is pushed. */
export interface EncodedLayer {
  /** The tar.gz. */
  readonly bytes: Buffer;
  readonly digest: Digest;
  /** The digest of the tar inside: OCI image-spec, config.md, "Layer DiffID". */
  readonly diffId: Digest;
  /** The sum of all file sizes, in bytes. */
  readonly expandedBytes: number;
}

/**
 * Packs files into a tar.gz that is a function of their paths and bytes alone, and reads it back
 * with the strict reader: what is written is accepted.
 * @param limits the same that readers will apply
 * @throws KongcrateError ARCHIVE_REFUSED for paths that cannot be packed or would not be read,
 *   ENCODER_DIFFERS on a Node.js that compresses differently
 */
export async function encodeLayer(
  files: readonly PlannedFile[],
  limits: ArchiveLimits = DEFAULT_ARCHIVE_LIMITS,
): Promise<EncodedLayer> {
  await assertEncoder();
  const tar = await encodeTar(files);
  const bytes = await encodeGzip(tar);
  const plan = readArchive(bytes, limits);
  checkReadBack(plan, files);
  return {
    bytes,
    digest: plan.archiveDigest,
    diffId: digestOf(tar),
    expandedBytes: plan.expandedBytes,
  };
}

function checkReadBack(plan: ExtractionPlan<PlannedFile>, files: readonly PlannedFile[]): void {
  const written = new Map(files.map((file) => [file.path, file.bytes]));
  const isSame = (file: PlannedFile): boolean => {
    const bytes = written.get(file.path);
    return bytes !== undefined && Buffer.compare(file.bytes, bytes) === 0;
  };
  if (plan.files.length === files.length && plan.files.every(isSame)) return;
  throw archiveRefused(
    'READS_DIFFERENTLY',
    'readers would unpack other files than were packed, as when the only file is an archive',
    {
      remedy: 'Pack plain files under plain relative paths, such as kong/plugins/NAME/handler.lua.',
    },
  );
}
