import { createHash } from 'node:crypto';
import type { Digest } from '../reference/digest.ts';
import { passingPiecesOf, type ByteSource } from './byte-source.ts';

/** sha256 in hexadecimal digits. */
export function sha256Of(source: ByteSource): string {
  const hash = createHash('sha256');
  for (const piece of passingPiecesOf(source)) hash.update(piece);
  return hash.digest('hex');
}

/** The digest of what need not be in memory. */
export function digestOfSource(source: ByteSource): Digest {
  return `sha256:${sha256Of(source)}`;
}
