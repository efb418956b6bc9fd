import { createHash, type Hash } from 'node:crypto';
import { piecesOf, type ByteSource } from '../content/byte-source.ts';
import type { CallOptions } from '../content/content-store.ts';
import type { ArchivedFile } from '../content/extraction-plan.ts';
import type { Spooling } from '../content/spool.ts';
import type { Digest } from '../reference/digest.ts';
import { DEFAULT_ARCHIVE_LIMITS, type ArchiveLimits } from './archive-limits.ts';
import { assertEncoder } from './assert-encoder.ts';
import { demandPlainFiles } from './demand-plain-files.ts';
import { encodeGzip, GZIP_BLOCK_BYTES } from './encode-gzip.ts';
import { encodeTar, layOutTar } from './encode-tar.ts';

/** A layer as it is pushed. */
export interface EncodedLayer {
  /** The tar.gz. */
  readonly bytes: ByteSource;
  readonly digest: Digest;
  /** The digest of the tar inside: OCI image-spec, config.md, "Layer DiffID". */
  readonly diffId: Digest;
  /** The sum of all file sizes, in bytes. */
  readonly expandedBytes: number;
}

export interface EncodeOptions extends Pick<CallOptions, 'signal'> {
  /** The same that readers will apply. */
  readonly limits?: ArchiveLimits;
  /** Takes an archive that is large; without it, every archive is in memory. */
  readonly spooling?: Spooling;
}

/**
 * Packs files into a tar.gz that is a function of their paths and bytes alone, a few MiB at a time.
 * Each byte is read once, so what is hashed is what is written. The strict reader looks at the tar
 * first, and every block is expanded again: what is written is accepted.
 * @throws KongcrateError ARCHIVE_REFUSED for paths that cannot be packed or would not be read,
 *   ENCODER_DIFFERS on a Node.js that compresses differently, what files and spool throw
 */
export async function encodeLayer(
  files: readonly ArchivedFile[],
  { limits = DEFAULT_ARCHIVE_LIMITS, spooling, signal }: EncodeOptions = {},
): Promise<EncodedLayer> {
  await assertEncoder();
  const laidOut = layOutTar(files);
  const spool = spooling?.holds(laidOut.length) === false ? spooling.open() : undefined;
  const tar = spool ? laidOut : await encodeTar(files);
  demandPlainFiles(tar, files, limits);
  const pieces: Buffer[] = [];
  const [inside, outside] = [createHash('sha256'), createHash('sha256')];
  for await (const piece of encodeGzip(hashed(piecesOf(tar, GZIP_BLOCK_BYTES), inside))) {
    signal?.throwIfAborted();
    outside.update(piece);
    if (spool) spool.write(piece);
    else pieces.push(piece);
  }
  return {
    bytes: spool ?? Buffer.concat(pieces),
    digest: `sha256:${outside.digest('hex')}`,
    diffId: `sha256:${inside.digest('hex')}`,
    expandedBytes: files.reduce((sum, { bytes }) => sum + bytes.length, 0),
  };
}

function* hashed(pieces: Iterable<Uint8Array>, hash: Hash): Generator<Uint8Array, void> {
  for (const piece of pieces) {
    hash.update(piece);
    yield piece;
  }
}
