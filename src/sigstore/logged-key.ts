import { KongcrateError } from '../errors/kongcrate-error.ts';
import { writePem } from '../signing/pem.ts';
import type { Signer } from '../signing/signer.ts';

/** A key or certificate as logs name it. */
export interface LoggedKey {
  readonly pem: string;
  /**
   * `PublicKeyDetails` of sigstore_common.proto, with SHA-256, which kongcrate signs with; absent
   * where Rekor v2 takes no such key.
   */
  readonly details?: string;
  readonly der: Buffer;
  readonly isCertificate: boolean;
}

const DETAILS: ReadonlyMap<string, string> = new Map([
  ['prime256v1', 'PKIX_ECDSA_P256_SHA_256'],
  ...[2048, 3072, 4096].map((bits) => [`rsa ${bits}`, `PKIX_RSA_PKCS1V15_${bits}_SHA256`] as const),
]);

/**
 * What is logged of a signer.
 * @throws KongcrateError USAGE for Ed25519: a log holds the hash of what was signed, and this kind of
 *   signature cannot be checked by that
 */
export function loggedKeyOf({ identity, certificate }: Signer): LoggedKey {
  const { asymmetricKeyType: kind, asymmetricKeyDetails: details = {} } = identity.key;
  if (kind === 'ed25519')
    throw new KongcrateError('USAGE', 'a signature with an Ed25519 key cannot be logged', {
      remedy: 'Leave --tlog out, or sign with an ECDSA key.',
    });
  const der = certificate
    ? Buffer.from(certificate.leaf)
    : identity.key.export({ type: 'spki', format: 'der' });
  const known = DETAILS.get(details.namedCurve ?? `rsa ${details.modulusLength ?? 0}`);
  return {
    pem: certificate ? writePem('CERTIFICATE', certificate.leaf) : identity.pem,
    ...(known === undefined ? {} : { details: known }),
    der,
    isCertificate: certificate !== undefined,
  };
}
