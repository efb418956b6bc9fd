import { createHash } from 'node:crypto';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { ByteSource } from './byte-source.ts';

/**
 * Bytes that were hashed before, to be read once more from start to end: with the last piece they
 * must have turned out the very same.
 * @param sha256 in hexadecimal digits
 */
export function sealedBytes(source: ByteSource, sha256: string): ByteSource {
  if (source instanceof Uint8Array) return source;
  const hash = createHash('sha256');
  return {
    length: source.length,
    subarray: (start, end, scratch) => {
      const piece = source.subarray(start, end, scratch);
      hash.update(piece);
      if (end === source.length && hash.digest('hex') !== sha256) throw changed(sha256);
      return piece;
    },
  };
}

function changed(sha256: string): KongcrateError {
  return new KongcrateError('DIGEST_MISMATCH', `what was sha256:${sha256} changed on its way`, {
    remedy: 'Nothing was installed. Check the disk, then run the command again.',
  });
}
