import { createHash } from 'node:crypto';
import type { MessageSignature } from '@sigstore/bundle';
import { HashAlgorithm } from '@sigstore/protobuf-specs';
import { refusedSignature } from './signed-claims.ts';

/**
 * The signature of a bundle over a file. The digest that came along has to be the file's: the
 * packages compare log entries with that digest only, and believe it.
 * @throws KongcrateError SIGNATURE_MISMATCH
 */
export function readMessageSignature(
  { messageDigest, signature }: MessageSignature,
  file: Uint8Array,
): Buffer {
  if (messageDigest.algorithm !== HashAlgorithm.SHA2_256)
    throw refusedSignature(`its digest has the algorithm ${messageDigest.algorithm}, not SHA2_256`);
  const digest = createHash('sha256').update(file).digest();
  if (digest.equals(messageDigest.digest)) return signature;
  const named = messageDigest.digest.toString('hex');
  throw refusedSignature(`it signs the file sha256:${named}, not sha256:${digest.toString('hex')}`);
}
