import { createPublicKey } from 'node:crypto';
import { verifyCertificate } from '@sigstore/verify/dist/key/index.js';
import type { CertificateIdentity } from '../content/verified-subject.ts';
import { messageOf } from '../errors/kongcrate-error.ts';
import { readCertificateIdentity } from './certificate-identity.ts';
import { parseLeaf } from './parse-leaf.ts';
import { toPublicKey, type PublicKey } from './public-key.ts';
import type { TrustRoot } from './trust-root.ts';
import { wrongCertificate } from './wrong-certificate.ts';

/**
 * Holds a certificate that was issued just now against the trusted root: an authority that the root
 * knows, a certificate log that it knows, the key that was asked for. What is wrong here no verifier
 * would accept, and a signature by it must not go into a log.
 * @param der the leaf
 * @returns whom it names
 * @throws KongcrateError CERTIFICATE_MISMATCH
 */
export function checkNewCertificate(
  der: Uint8Array,
  root: TrustRoot,
  key: PublicKey,
): CertificateIdentity {
  try {
    const leaf = parseLeaf(der);
    const identity = readCertificateIdentity(leaf);
    const issued = createPublicKey({ key: leaf.publicKey, format: 'der', type: 'spki' });
    if (toPublicKey(issued).keyId !== key.keyId) throw new Error('it is of another key');
    const material = { ...root.material, publicKey: noKey };
    if (verifyCertificate(leaf, [leaf.notBefore], material).scts.length > 0) return identity;
    throw new Error('no certificate log that the trusted root knows has seen it');
  } catch (error) {
    throw wrongCertificate(`the new certificate is of no use: ${messageOf(error)}`, error);
  }
}

function noKey(): never {
  throw new Error('a certificate needs no other key');
}
