import type { PinnedReference, TrustBasis, VerifiedSigner } from '../content/verified-subject.ts';

/** What of a trust decision fits on one line; receipts carry it as well. */
type TrustSummary =
  | { readonly kind: 'unsigned' }
  | { readonly kind: 'keys'; readonly signers: readonly Pick<VerifiedSigner, 'keyId'>[] };

/** Who vouches, in one line: the first thing a reader wants to know. */
export function renderTrust(trust: TrustSummary): string {
  if (trust.kind === 'unsigned') return 'NOT SIGNED: accepted because --allow-unsigned was given';
  const keys = trust.signers.map(({ keyId }) => `key ${shortKey(keyId)}`);
  return `trusted: signed by ${keys.join(' and ')}`;
}

/** Exactly what was checked, one block for each signer. */
export function renderSigners(trust: TrustBasis, reference: PinnedReference): string[] {
  if (trust.kind === 'unsigned') return [];
  return trust.signers.flatMap((signer) => renderSigner(signer, reference));
}

/** The first 16 digits: enough to compare, and how the key is named elsewhere in the output. */
function shortKey(keyId: string): string {
  return keyId.slice(0, 16);
}

function renderSigner(signer: VerifiedSigner, reference: PinnedReference): string[] {
  const named = signer.signedReference;
  const foreign = named !== undefined && named !== reference.repository;
  const annotations = Object.entries(signer.annotations).map(([key, value]) => `${key}=${value}`);
  return [
    `key sha256:${signer.keyId}`,
    `  formats: ${signer.formats.join(', ')}`,
    `  checked: signature, digest, payload type${signer.log === undefined ? '' : '; log: not checked'}`,
    ...(named === undefined
      ? []
      : [`  signed for: ${named}${foreign ? ' (another repository)' : ''}`]),
    ...(annotations.length > 0 ? [`  signed annotations: ${annotations.join(', ')}`] : []),
  ];
}
