import { verify, type KeyObject } from 'node:crypto';
import type { PublicKey } from './public-key.ts';

/**
 * The hashes a signature of each curve may be made with: SHA-256 by cosign 2 and kongcrate, the
 * curve's own by cosign 3. The r||s length is in bytes.
 */
const CURVES: ReadonlyMap<string, { hashes: readonly string[]; rawBytes: number }> = new Map([
  ['prime256v1', { hashes: ['sha256'], rawBytes: 64 }],
  ['secp384r1', { hashes: ['sha256', 'sha384'], rawBytes: 96 }],
  ['secp521r1', { hashes: ['sha256', 'sha512'], rawBytes: 132 }],
]);

/** Whether a key made this signature over these bytes; what OpenSSL throws means no. */
export function signatureHolds(
  signedBytes: Uint8Array,
  signature: Uint8Array,
  { key }: Pick<PublicKey, 'key'>,
): boolean {
  if (key.asymmetricKeyType === 'ed25519') return holds(null, { signedBytes, signature, key });
  if (key.asymmetricKeyType === 'rsa') return holds('sha256', { signedBytes, signature, key });
  const curve = CURVES.get(key.asymmetricKeyDetails?.namedCurve ?? '');
  if (!curve) return false;
  // Both cosigns read ECDSA as DER and as raw r||s (IEEE P1363).
  const encodings =
    signature.length === curve.rawBytes ? (['der', 'ieee-p1363'] as const) : (['der'] as const);
  return curve.hashes.some((hash) =>
    encodings.some((dsaEncoding) => holds(hash, { signedBytes, signature, key, dsaEncoding })),
  );
}

interface Attempt {
  readonly signedBytes: Uint8Array;
  readonly signature: Uint8Array;
  readonly key: KeyObject;
  readonly dsaEncoding?: 'der' | 'ieee-p1363';
}

function holds(hash: string | null, { signedBytes, signature, ...key }: Attempt): boolean {
  try {
    return verify(hash, signedBytes, key, signature);
  } catch {
    return false;
  }
}
