import type { CertificateSigner, KeySigner } from './verified-subject.ts';

/** What of a signer says who it is; receipts carry it as well. */
export type SignerName =
  Pick<KeySigner, 'kind' | 'keyId'> | Pick<CertificateSigner, 'kind' | 'issuer' | 'subject'>;

/**
 * What tells signers apart: the key, or issuer and subject together. Certificates change with every
 * signature and say nothing.
 */
export function signerIdOf(signer: SignerName): string {
  return signer.kind === 'key'
    ? `sha256:${signer.keyId}`
    : JSON.stringify([signer.issuer, signer.subject]);
}

/** Who it is, in one word or two: a key by its first 16 digits, which are enough to compare. */
export function nameSigner(signer: SignerName): string {
  return signer.kind === 'key'
    ? `key ${signer.keyId.slice(0, 16)}`
    : `${signer.subject} (${signer.issuer})`;
}
