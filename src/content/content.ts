import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Descriptor } from './descriptor.ts';
import { checkBytes, verifiedStream } from './verified-stream.ts';

/** Opens content at its first byte: again, where what was read of it before is lost. */
export type OpenContent = () => Promise<Readable>;

/** What is stored: bytes at hand, or a way to content that nobody holds whole. */
export type Content = Uint8Array | OpenContent;

/** The most content, in bytes, that is held in memory; more goes through piece by piece. */
export const MAX_BUFFERED_BYTES: number = 16 * 1024 * 1024;

/**
 * Holds content whole.
 * @throws KongcrateError SIZE_MISMATCH, DIGEST_MISMATCH, and what opening it throws
 */
export async function checkedBytes(content: Content, descriptor: Descriptor): Promise<Uint8Array> {
  if (typeof content === 'function') return buffer(verifiedStream(await content(), descriptor));
  checkBytes(content, descriptor);
  return content;
}
