import { Readable } from 'node:stream';
import { piecesOf, type ByteSource } from './byte-source.ts';
import type { Content } from './content.ts';

/** The bytes as a store takes them: what is not in memory goes through piece by piece. */
export function contentOf(source: ByteSource): Content {
  if (source instanceof Uint8Array) return source;
  return () => Promise.resolve(Readable.from(piecesOf(source)));
}
