import { createPublicKey } from 'node:crypto';
import { X509Certificate } from '@sigstore/core';
import { checkKeyKind } from './check-key-kind.ts';
import { wrongCertificate } from './wrong-certificate.ts';

const EXTENDED_KEY_USAGE = '2.5.29.37';
const CODE_SIGNING = '1.3.6.1.5.5.7.3.3';

/**
 * Reads the certificate of a signing key. @sigstore/verify asks for a chain only; Go, and so
 * cosign, also for the usage: another leaf or an authority of the same root signs nothing.
 * @throws KongcrateError CERTIFICATE_MISMATCH; what @sigstore/core throws for garbage
 */
export function parseLeaf(der: Uint8Array): X509Certificate {
  const leaf = X509Certificate.parse(Buffer.from(der));
  const usages = leaf.extension(EXTENDED_KEY_USAGE)?.valueObj.subs[0]?.subs ?? [];
  if (!usages.some((usage) => usage.toOID() === CODE_SIGNING))
    throw wrongCertificate('it is not for code signing');
  if (leaf.extBasicConstraints?.isCA === true)
    throw wrongCertificate('it is the certificate of an authority');
  checkKeyKind(createPublicKey({ key: leaf.publicKey, format: 'der', type: 'spki' }));
  return leaf;
}
