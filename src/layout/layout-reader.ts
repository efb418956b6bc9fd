import type { Readable } from 'node:stream';
import type { Digest } from '../reference/digest.ts';

/**
 * The files of one OCI layout (OCI image-spec, image-layout.md), wherever they stand. Small files
 * are read synchronously on purpose: thousands of manifests cost a fifth of the time.
 */
export interface LayoutReader {
  /** Where the layout is, for messages. */
  readonly name: string;
  /**
   * Reads index.json.
   * @throws KongcrateError NOT_FOUND when there is no layout; CONTENT_INVALID
   */
  readIndex(): Buffer;
  /**
   * Reads a blob whole, unchecked.
   * @returns `undefined` when there is none, or one of more than `limitBytes`
   */
  readBlob(digest: Digest, limitBytes: number): Buffer | undefined;
  /** Opens a blob, unchecked; `undefined` when there is none. */
  streamBlob(digest: Digest): Readable | undefined;
  /** The digests of all blobs, as far as their names tell, sorted. */
  listBlobs(): readonly Digest[];
}
