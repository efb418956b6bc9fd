import type { KeyObject } from 'node:crypto';
import { KongcrateError } from '../errors/kongcrate-error.ts';

const CURVES: readonly string[] = ['prime256v1', 'secp384r1', 'secp521r1'];
const MIN_RSA_BITS = 2048;

/**
 * Admits the kinds of key that cosign signs and verifies with: ECDSA over P-256, P-384 and P-521,
 * RSA from 2048 bits, Ed25519.
 * @throws KongcrateError KEY_INVALID
 */
export function checkKeyKind(key: KeyObject): void {
  const { namedCurve = 'unknown', modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  const kind = key.asymmetricKeyType ?? 'unknown';
  if (kind === 'ed25519') return;
  if (kind === 'ec' && CURVES.includes(namedCurve)) return;
  if (kind === 'rsa' && modulusLength >= MIN_RSA_BITS) return;
  const details = { ec: ` with the curve ${namedCurve}`, rsa: ` with ${modulusLength} bits` };
  const found = kind === 'ec' || kind === 'rsa' ? `${kind}${details[kind]}` : kind;
  throw new KongcrateError('KEY_INVALID', `${found} is not accepted as a signing key`, {
    remedy: 'Use P-256 (kongcrate generate-key-pair), P-384, P-521, Ed25519 or RSA from 2048 bits.',
  });
}
