import { sign, type KeyObject } from 'node:crypto';
import type { SignerName } from '../content/signer-id.ts';
import type { CertificateIdentity } from '../content/verified-subject.ts';
import type { PrivateKey } from './private-key.ts';
import type { PublicKey } from './public-key.ts';

/** A certificate with those above it, up to the authority's own, all in DER, and whom it names. */
export interface SigningCertificate {
  readonly leaf: Uint8Array;
  readonly chain: readonly Uint8Array[];
  readonly names: CertificateIdentity;
}

/** What a signer gives back for a payload. */
export interface SignatureMaterial {
  /** ECDSA as DER, RSA as PKCS#1 v1.5, Ed25519 as its 64 bytes. */
  readonly signature: Uint8Array;
}

/** Whoever can sign: a key file, a key that a certificate lends a name for minutes. */
export interface Signer {
  readonly identity: PublicKey;
  /** Says whose key it is; a key that verifiers know has none. */
  readonly certificate?: SigningCertificate;
  sign(payload: Uint8Array): Promise<SignatureMaterial>;
}

/** As verifiers will name this signer. */
export function nameOfSigner({ identity, certificate }: Signer): SignerName {
  if (!certificate) return { kind: 'key', keyId: identity.keyId };
  const { issuer, subject } = certificate.names;
  return { kind: 'certificate', issuer, subject };
}

/**
 * Signs with a private key. SHA-256 for every curve and RSA, pure Ed25519: what cosign 3 signs by
 * itself with P-384, P-521 and Ed25519, no `cosign verify` accepts.
 */
export function createKeySigner({ key, publicKey }: PrivateKey): Signer {
  const hash = signingHashOf(key);
  return {
    identity: publicKey,
    sign: (payload) => Promise.resolve({ signature: sign(hash, payload, key) }),
  };
}

/** The hash that a signature by this key is made over; none for Ed25519, which takes all of it. */
export function signingHashOf(key: KeyObject): 'sha256' | null {
  return key.asymmetricKeyType === 'ed25519' ? null : 'sha256';
}
