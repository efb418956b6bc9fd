import { KongcrateError, messageOf } from '../errors/kongcrate-error.ts';
import type { SignatureProblem, UnreadableSignatures } from './signature-candidate.ts';

const MAX_LINES = 10;

/** What was looked at when too few signers vouch for a subject. */
export interface Refusal {
  /** What is not trusted, for messages: `repository@digest`, or a file. */
  readonly subject: string;
  readonly findings: UnreadableSignatures;
  /** The repository that was searched, where it is not the subject's own. */
  readonly place?: string | undefined;
  /** Candidates that were judged and do not count. */
  readonly rejected: readonly SignatureProblem[];
  readonly acceptedSigners: number;
  readonly threshold: number;
  /** Whether a key could have signed; the others are identities. */
  readonly takesKeys: boolean;
}

/**
 * The error of a refusal. A place that did not answer comes first: nobody knows what lies there.
 * "Unsigned" is said only when every place answered a clean none. `details.rejected` has one text a
 * candidate.
 */
export function explainRefusal(refusal: Refusal): unknown {
  const { findings, acceptedSigners } = refusal;
  const unanswered = findUnanswered(findings);
  if (unanswered) return unanswered.error;
  const rejected = [...findings.problems, ...refusal.rejected];
  const nothingGood = acceptedSigners === 0 && findings.unread.length === 0;
  if (nothingGood && rejected.length === 0) return noSignature(refusal);
  const damage = rejected.map(({ error }) => error).filter(isDamage);
  const [first] = damage;
  return nothingGood && first && damage.length === rejected.length
    ? onlyDamage(first, refusal)
    : mismatch(refusal);
}

/**
 * The error where signatures were found and none may be there. A place that did not answer comes
 * first.
 */
export function refuseAnySignature(
  rejected: readonly SignatureProblem[],
  findings: UnreadableSignatures,
): unknown {
  const unanswered = findUnanswered(findings);
  if (unanswered) return unanswered.error;
  const present = [...rejected.map(({ source }) => source), ...listRejected(findings)];
  return new KongcrateError(
    'SIGNATURE_MISMATCH',
    `signatures exist, and --allow-unsigned never overrides them:${formatLines(present)}`,
    {
      remedy: 'Verify with the key or identity of the publisher instead of --allow-unsigned.',
      details: { found: present },
    },
  );
}

/** The first place that failed instead of answering, such as a registry that is down. */
export function findUnanswered({ problems }: UnreadableSignatures): SignatureProblem | undefined {
  return problems.find(
    ({ error }) =>
      !(error instanceof KongcrateError) ||
      !['content', 'trust', 'not-found'].includes(error.category),
  );
}

/** One text for each thing that does not count or was not read. */
function listRejected(
  findings: UnreadableSignatures,
  rejected: readonly SignatureProblem[] = [],
): readonly string[] {
  return [
    ...findings.unread.map((what) => `not read: ${what}`),
    ...[...findings.problems, ...rejected].map(
      ({ source, error }) => `${source}: ${messageOf(error)}`,
    ),
  ];
}

/** Ten lines at most, then how many more there are. */
function formatLines(texts: readonly string[]): string {
  const more = texts.length - MAX_LINES;
  const lines = more > 0 ? [...texts.slice(0, MAX_LINES), `and ${more} more`] : texts;
  return lines.map((line) => `\n  ${line}`).join('');
}

function isDamage(error: unknown): error is KongcrateError {
  return error instanceof KongcrateError && error.category === 'content';
}

function noSignature({ subject, place }: Refusal): KongcrateError {
  if (place !== undefined)
    return new KongcrateError('NO_SIGNATURE', `${place} holds no signature of ${subject}`, {
      remedy:
        'Signatures are looked for there alone: check COSIGN_REPOSITORY, or sign with the same one.',
    });
  return new KongcrateError('NO_SIGNATURE', `${subject} is not signed`, {
    remedy: 'Sign it (kongcrate sign), or install it with --allow-unsigned if you must.',
  });
}

function onlyDamage(first: KongcrateError, { findings, rejected }: Refusal): KongcrateError {
  const texts = listRejected(findings, rejected);
  return new KongcrateError(first.code, `no signature can be read:${formatLines(texts)}`, {
    remedy: 'The store holds damaged or exchanged content: copy or publish the artifact again.',
    details: { rejected: texts },
    cause: first,
  });
}

function mismatch(refusal: Refusal): KongcrateError {
  const { subject, findings, rejected, takesKeys, acceptedSigners, threshold } = refusal;
  const texts = listRejected(findings, rejected);
  const result = `${acceptedSigners} of ${threshold} required signers signed ${subject}`;
  const isCertificate = acceptedSigners === 0 && isAboutCertificates({ findings, rejected });
  const code = isCertificate ? 'CERTIFICATE_MISMATCH' : 'SIGNATURE_MISMATCH';
  const signatureRemedy = takesKeys ? KEY_REMEDY : IDENTITY_REMEDY;
  const remedy = isCertificate ? CERTIFICATE_REMEDY : signatureRemedy;
  return new KongcrateError(code, `${result}${formatLines(texts)}`, {
    remedy: findings.unread.length > 0 ? UNREAD_REMEDY : remedy,
    details: { acceptedSigners, threshold, rejected: texts },
  });
}

/**
 * Whether nothing was found but signatures with a wrong certificate, or none. A statement of another
 * kind, which `publish --provenance` leaves beside every signature, says nothing about that.
 */
function isAboutCertificates({
  findings,
  rejected,
}: Pick<Refusal, 'findings' | 'rejected'>): boolean {
  const errors = [...findings.problems, ...rejected]
    .map(({ error }) => error)
    .filter((error) => !(error instanceof KongcrateError && 'otherStatement' in error.details));
  const isCertificate = (error: unknown): boolean =>
    error instanceof KongcrateError && error.code === 'CERTIFICATE_MISMATCH';
  return errors.length > 0 && errors.every(isCertificate);
}

const UNREAD_REMEDY =
  'Raise --max-signatures to read more, or delete the ones that do not belong there.';
const KEY_REMEDY =
  'Check that --key is the public key of the publisher, or have the artifact signed with it.';
const IDENTITY_REMEDY =
  'Check that --trusted-root names the logs and authorities that were used, or have it signed again.';
const CERTIFICATE_REMEDY =
  'Check --certificate-identity and --certificate-oidc-issuer against what is shown, and --trusted-root.';
