import { createHash } from 'node:crypto';
import { Readable, Transform, type TransformCallback } from 'node:stream';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { Descriptor } from './descriptor.ts';

/**
 * Wraps a stream so that it fails unless it carries exactly the descriptor's bytes. It never lets
 * more than `size` bytes through, so a lying server cannot fill memory or disk.
 */
export function verifiedStream(source: Readable, descriptor: Descriptor): Readable {
  const hash = createHash('sha256');
  let seenBytes = 0;
  const check = new Transform({
    transform(chunk: Buffer, _encoding, callback: TransformCallback): void {
      seenBytes += chunk.length;
      if (seenBytes > descriptor.size) {
        callback(sizeMismatch(descriptor, `at least ${seenBytes}`));
        return;
      }
      hash.update(chunk);
      callback(null, chunk);
    },
    flush(callback: TransformCallback): void {
      callback(mismatch(descriptor, seenBytes, hash.digest('hex')));
    },
  });
  source.once('error', (error) => check.destroy(error));
  check.once('close', () => source.destroy());
  return source.pipe(check);
}

/**
 * Checks bytes at hand against their descriptor.
 * @throws KongcrateError SIZE_MISMATCH, DIGEST_MISMATCH
 */
export function checkBytes(bytes: Uint8Array, descriptor: Descriptor): void {
  const error = mismatch(
    descriptor,
    bytes.length,
    createHash('sha256').update(bytes).digest('hex'),
  );
  if (error) throw error;
}

function mismatch(descriptor: Descriptor, bytes: number, hex: string): KongcrateError | null {
  if (bytes !== descriptor.size) return sizeMismatch(descriptor, String(bytes));
  if (`sha256:${hex}` === descriptor.digest) return null;
  return new KongcrateError(
    'DIGEST_MISMATCH',
    `content of ${descriptor.digest} hashes to sha256:${hex}`,
    { remedy: REMEDY, details: { expected: descriptor.digest, found: `sha256:${hex}` } },
  );
}

function sizeMismatch(descriptor: Descriptor, found: string): KongcrateError {
  return new KongcrateError(
    'SIZE_MISMATCH',
    `content of ${descriptor.digest} has ${found} bytes instead of ${descriptor.size}`,
    { remedy: REMEDY, details: { expected: descriptor.size, found } },
  );
}

const REMEDY =
  'The store holds damaged or exchanged content; do not use it. Copy or publish the artifact again.';
