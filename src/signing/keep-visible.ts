import type { ContentStore } from '../content/content-store.ts';
import { sortedJson } from '../content/go-json.ts';
import type { PinnedReference } from '../content/verified-subject.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { readCertificateIdentity } from './certificate-identity.ts';
import { findUnanswered } from './explain-refusal.ts';
import { findLegacy } from './find-legacy.ts';
import { findReferrers } from './find-referrers.ts';
import { MAX_BUNDLES } from './find-signatures.ts';
import { findKey, readClaims } from './identify-signature.ts';
import { parseLeaf } from './parse-leaf.ts';
import type { AttestOptions } from './prepare-attestation.ts';
import { prepareBundle, type PreparedBundle } from './sign-bundle.ts';
import type { SignatureCandidate } from './signature-candidate.ts';
import { SignatureFindings, type SignatureSearch } from './signature-findings.ts';
import type { Signer } from './signer.ts';
import { SIGN_PREDICATE_TYPE } from './statement.ts';

/** A signature by the same signer again, in a bundle. */
export interface KeptSignature {
  readonly annotations: Readonly<Record<string, string>>;
  readonly bundle: PreparedBundle;
}

/**
 * Keeps the good signatures of a subject good before its first bundle is written: as soon as there
 * is one, of whatever, cosign 3 passes over the `.sig` tag. What the same signer said there is said
 * in a bundle too; what others said nobody can say for them.
 * @returns the bundles to be written first, one for each set of annotations that was signed
 * @throws KongcrateError SIGNATURES_HIDDEN, and what witnesses and store throw
 */
export async function keepVisible(
  store: ContentStore,
  subject: PinnedReference,
  options: AttestOptions,
): Promise<readonly KeptSignature[]> {
  const findings = new SignatureFindings(options);
  const { digest } = subject.descriptor;
  const search = { ...options, store, subject: digest, findings, maxBundles: MAX_BUNDLES };
  const legacy = await readLegacySignatures(search);
  const isBundled = legacy.length > 0 && (await hasBundle(search));
  const unanswered = findUnanswered(findings);
  if (unanswered) throw unanswered.error;
  if (legacy.length === 0 || isBundled) return [];
  if (!legacy.every((candidate) => isBy(candidate, options.signer))) throw hidden(OTHERS, digest);
  if (!legacy.every((candidate) => isMatched(candidate, options))) throw hidden(LOGGED, digest);
  const kept: KeptSignature[] = [];
  for (const annotations of claimsIn(legacy, digest))
    kept.push({
      annotations,
      bundle: await prepareBundle(store, subject, { ...options, annotations }),
    });
  return kept;
}

/** Each set of annotations once: together they would say what nobody signed. */
function claimsIn(
  legacy: readonly SignatureCandidate[],
  digest: SignatureSearch['subject'],
): Iterable<KeptSignature['annotations']> {
  const sets = legacy.map((candidate) => readClaims(candidate, claimsOf(digest)).annotations);
  return new Map(sets.map((one) => [sortedJson(one, JSON.stringify), one])).values();
}

/** Those about this subject: others count for nobody. */
async function readLegacySignatures(
  search: SignatureSearch,
): Promise<readonly SignatureCandidate[]> {
  const found: SignatureCandidate[] = [];
  for await (const candidate of findLegacy(search)) {
    const claims = await search.findings.attempt(candidate.source, () =>
      readClaims(candidate, claimsOf(search.subject)),
    );
    if (claims) found.push(candidate);
  }
  return found;
}

function claimsOf(digest: SignatureSearch['subject']): Parameters<typeof readClaims>[1] {
  return { digest, predicateType: SIGN_PREDICATE_TYPE };
}

async function hasBundle(search: SignatureSearch): Promise<boolean> {
  for await (const { format } of findReferrers(search)) if (format === 'bundle') return true;
  return false;
}

/** By its key, or by the names in its certificate: then the new one is somebody's who has them. */
function isBy(candidate: SignatureCandidate, { identity, certificate }: Signer): boolean {
  if (!certificate) return findKey(candidate, [identity]) !== undefined;
  const theirs = candidate.proofs.certificate;
  return theirs !== undefined && namesIn(theirs) === namesIn(certificate.leaf);
}

function namesIn(certificate: Uint8Array): string {
  const { issuer, subject } = readCertificateIdentity(parseLeaf(certificate));
  return JSON.stringify([issuer, subject]);
}

/** Whoever demands a log entry, or a timestamp, finds one in the bundle too. */
function isMatched(
  { proofs: { entries, timestamps } }: SignatureCandidate,
  { witnesses = [] }: AttestOptions,
): boolean {
  const has = (kind: 'log' | 'timestamp'): boolean => witnesses.some((one) => one.kind === kind);
  return (entries.length === 0 || has('log')) && (timestamps.length === 0 || has('timestamp'));
}

const OTHERS = {
  what: 'it has signatures by others in the legacy format alone',
  remedy: 'Have them sign in both formats (kongcrate sign)',
} as const;
const LOGGED = {
  what: 'its legacy signatures stand in a log or have a timestamp, and this one would not',
  remedy: 'Attest with --tlog and the same services',
} as const;

function hidden({ what, remedy }: typeof OTHERS | typeof LOGGED, digest: string): KongcrateError {
  return new KongcrateError(
    'SIGNATURES_HIDDEN',
    `an attestation would hide signatures of ${digest} from cosign 3: ${what}`,
    { remedy: `${remedy}, or attest with --signature-format legacy.`, details: { digest } },
  );
}
