import type { Readable } from 'node:stream';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { ByteSource } from './byte-source.ts';
import type { CallOptions, ReadableStore } from './content-store.ts';
import type { Descriptor } from './descriptor.ts';
import {
  MAX_MANIFEST_BYTES,
  parseManifest,
  type ImageIndex,
  type ImageManifest,
} from './manifest.ts';
import type { Spooling } from './spool.ts';

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
  refuseLarger(descriptor, options);
  const chunks: Buffer[] = [];
  const content = await store.open(descriptor, options);
  for await (const chunk of withProgress(content, descriptor, options)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/**
 * As {@link readContent}, but what is large goes to a spool. Nothing comes back before the whole has
 * the descriptor's size and digest.
 * @throws KongcrateError as {@link readContent}; INSTALL_FAILED where a spool cannot be written
 */
export async function readSpooledContent(
  store: ReadableStore,
  descriptor: Descriptor,
  options: ReadOptions & { readonly spooling: Spooling },
): Promise<ByteSource> {
  refuseLarger(descriptor, options);
  if (options.spooling.holds(descriptor.size)) return readContent(store, descriptor, options);
  const spool = options.spooling.open();
  const content = await store.open(descriptor, options);
  for await (const chunk of withProgress(content, descriptor, options)) spool.write(chunk);
  return spool;
}

/** @throws KongcrateError CONTENT_TOO_LARGE where content is above the limit */
export function refuseLarger({ digest, size }: Descriptor, options: ReadOptions): void {
  if (size <= options.limitBytes) return;
  throw new KongcrateError(
    'CONTENT_TOO_LARGE',
    `${digest} has ${size} bytes, more than the limit of ${options.limitBytes}`,
    {
      remedy:
        options.limitFlag === undefined
          ? 'No tool writes that much; do not use this artifact.'
          : `Raise the limit with ${options.limitFlag} if you expect content of this size.`,
    },
  );
}

/** Hands on what is read, tells of it, and stops when the caller does. */
export async function* withProgress(
  content: Readable,
  { digest, size: totalBytes }: Descriptor,
  { signal, onProgress }: CallOptions,
): AsyncGenerator<Buffer, void> {
  let doneBytes = 0;
  for await (const chunk of content as AsyncIterable<Buffer>) {
    signal?.throwIfAborted();
    doneBytes += chunk.length;
    onProgress?.({ digest, doneBytes, totalBytes });
    yield chunk;
  }
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
