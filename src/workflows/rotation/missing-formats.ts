import type { SignatureFormat, VerifiedSubject } from '../../content/verified-subject.ts';
import { KongcrateError } from '../../errors/kongcrate-error.ts';
import type { Signer } from '../../signing/signer.ts';
import { exactly } from '../../signing/text-demand.ts';
import type { TrustOptions } from '../create-verifier.ts';

type Verify = (trust: TrustOptions) => Promise<VerifiedSubject>;

/**
 * In which of the wanted formats the signer has not signed yet. For a key signing itself finds that
 * out; the key of a certificate is new each time, so whoever the certificate names is looked for.
 */
export async function missingFormats(
  wanted: readonly SignatureFormat[],
  { certificate }: Signer,
  verify: Verify,
): Promise<readonly SignatureFormat[]> {
  if (!certificate) return wanted;
  const { readCertificateIdentity } = await import('../../signing/certificate-identity.ts');
  const { parseLeaf } = await import('../../signing/parse-leaf.ts');
  const { subject, issuer } = readCertificateIdentity(parseLeaf(certificate.leaf));
  const demand = {
    kind: 'identity',
    identity: exactly(subject, 'the certificate'),
    issuer: exactly(issuer, 'the certificate'),
  } as const;
  try {
    const { trust } = await verify({ identities: [demand] });
    const there = trust.kind === 'signed' ? trust.signers.flatMap(({ formats }) => formats) : [];
    return wanted.filter((format) => !there.includes(format));
  } catch (error) {
    if (error instanceof KongcrateError && error.category === 'trust') return wanted;
    throw error;
  }
}
