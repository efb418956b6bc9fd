import { nameSigner, type SignerName } from '../content/signer-id.ts';
import type { PinnedReference, TrustBasis, VerifiedSigner } from '../content/verified-subject.ts';

/** What of a trust decision fits on one line; receipts carry it as well. */
type TrustSummary =
  | { readonly kind: 'unsigned' }
  | { readonly kind: 'signed'; readonly signers: readonly SignerName[] };

/** Who vouches, in one line: the first thing a reader wants to know. */
export function renderTrust(trust: TrustSummary): string {
  if (trust.kind === 'unsigned') return 'NOT SIGNED: allowed by --allow-unsigned or by a policy';
  return `trusted: ${nameSigners(trust.signers)}`;
}

/** What a receipt says of it, which nobody has judged again: a receipt is no evidence. */
export function renderRecorded(trust: TrustSummary): string {
  const what = trust.kind === 'unsigned' ? 'NOT SIGNED' : nameSigners(trust.signers);
  return `recorded: ${what}`;
}

const nameSigners = (signers: readonly SignerName[]): string =>
  `signed by ${signers.map(nameSigner).join(' and ')}`;

/**
 * Exactly what was checked, one block for each signer.
 * @param repository the one that was asked for, where there is one
 */
export function renderSigners(
  signers: readonly VerifiedSigner[],
  repository?: PinnedReference['repository'],
): string[] {
  return signers.flatMap((signer) => renderSigner(signer, repository));
}

/** The signers behind a decision; nobody where it was accepted unsigned. */
export function signersOf(trust: TrustBasis): readonly VerifiedSigner[] {
  return trust.kind === 'signed' ? trust.signers : [];
}

function renderSigner(signer: VerifiedSigner, repository: string | undefined): string[] {
  const named = signer.signedReference;
  const foreign = repository !== undefined && named !== undefined && named !== repository;
  return [
    ...renderMaker(signer),
    `  formats: ${signer.formats.join(', ')}`,
    `  checked: ${checksOf(signer).join(', ')}${logNote(signer)}`,
    ...(signer.times.length > 0 ? [`  signed at: ${signer.times.join(', ')}`] : []),
    ...(named === undefined
      ? []
      : [`  signed for: ${named}${foreign ? ' (another repository)' : ''}`]),
    ...renderPairs('signed annotations', signer.annotations),
  ];
}

function renderMaker(signer: VerifiedSigner): string[] {
  if (signer.kind === 'key') return [`key sha256:${signer.keyId}`];
  return [
    `identity ${signer.subject}`,
    `  issuer: ${signer.issuer}`,
    ...renderPairs('workflow', { ...signer.workflow }),
  ];
}

function renderPairs(title: string, pairs: Readonly<Record<string, string>>): string[] {
  const texts = Object.entries(pairs).map(([key, value]) => `${key}=${value}`);
  return texts.length > 0 ? [`  ${title}: ${texts.join(', ')}`] : [];
}

function checksOf({ kind, log }: VerifiedSigner): string[] {
  return [
    ...['signature', 'digest', 'payload type'],
    ...(kind === 'certificate' ? ['certificate, its chain and log (SCT)', 'time of signing'] : []),
    ...(log === 'verified' ? ['entry in the transparency log'] : []),
  ];
}

function logNote({ kind, log }: VerifiedSigner): string {
  if (log === 'not checked') return '; log: not checked';
  return kind === 'certificate' && log === undefined ? '; log: waived' : '';
}
