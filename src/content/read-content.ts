import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { CallOptions, ReadableStore } from './content-store.ts';
import type { Descriptor } from './descriptor.ts';
import {
  MAX_MANIFEST_BYTES,
  parseManifest,
  type ImageIndex,
  type ImageManifest,
} from './manifest.ts';

export interface ReadOptions extends CallOptions {
  /** The most bytes the content may have; more is refused before anything is read. */
  readonly limitBytes: number;
  /** The flag that raises the limit, where there is one. */
  readonly limitFlag?: string;
}

/**
 * Reads content whole. What comes back has the descriptor's size and digest.
 * @throws KongcrateError CONTENT_TOO_LARGE, NOT_FOUND, DIGEST_MISMATCH, SIZE_MISMATCH
 */
export async function readContent(
  store: ReadableStore,
  descriptor: Descriptor,
  options: ReadOptions,
): Promise<Buffer> {
  if (descriptor.size > options.limitBytes)
    throw new KongcrateError(
      'CONTENT_TOO_LARGE',
      `${descriptor.digest} has ${descriptor.size} bytes, more than the limit of ${options.limitBytes}`,
      {
        remedy:
          options.limitFlag === undefined
            ? 'No tool writes that much; do not use this artifact.'
            : `Raise the limit with ${options.limitFlag} if you expect content of this size.`,
      },
    );
  const { digest, size: totalBytes } = descriptor;
  const chunks: Buffer[] = [];
  let doneBytes = 0;
  for await (const chunk of await store.open(descriptor, options)) {
    options.signal?.throwIfAborted();
    chunks.push(chunk as Buffer);
    doneBytes += (chunk as Buffer).length;
    options.onProgress?.({ digest, doneBytes, totalBytes });
  }
  return Buffer.concat(chunks);
}

/** A manifest or index together with the exact bytes that its digest and signatures cover. */
export interface ReadManifest<Document = ImageManifest | ImageIndex> {
  readonly descriptor: Descriptor;
  readonly bytes: Buffer;
  readonly document: Document;
}

/**
 * Reads and parses a manifest or index: hashed first, parsed after.
 * @throws KongcrateError as {@link readContent}, and CONTENT_INVALID
 */
export async function readManifest(
  store: ReadableStore,
  descriptor: Descriptor,
  options: CallOptions = {},
): Promise<ReadManifest> {
  const bytes = await readContent(store, descriptor, {
    ...options,
    limitBytes: MAX_MANIFEST_BYTES,
  });
  return { descriptor, bytes, document: parseManifest(bytes, descriptor.mediaType) };
}
