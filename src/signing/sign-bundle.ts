import type { CallOptions, ContentStore } from '../content/content-store.ts';
import type { Descriptor } from '../content/descriptor.ts';
import type { PinnedReference } from '../content/verified-subject.ts';
import type { Digest } from '../reference/digest.ts';
import { findUnanswered } from './explain-refusal.ts';
import { findReferrers } from './find-referrers.ts';
import { MAX_BUNDLES } from './find-signatures.ts';
import { inGoOrder } from './in-go-order.ts';
import { makeBundle, pushBundle, type StoredBundle } from './make-bundle.ts';
import type { SignedArtifact, SignOptions } from './sign-subject.ts';
import { SignatureFindings } from './signature-findings.ts';
import { encodeStatement, SIGN_PREDICATE_TYPE } from './statement.ts';
import { isOwnSignature } from './verify-own-signature.ts';
import { isWitnessed } from './witness.ts';

/** A bundle that is there, or one to be written. */
export type PreparedBundle = { readonly present: Descriptor } | StoredBundle;

/** Signs with a bundle v0.3, as cosign 3 does, unless the same signature is there. */
export async function prepareBundle(
  store: ContentStore,
  subject: PinnedReference,
  options: SignOptions,
): Promise<PreparedBundle> {
  const { digest } = subject.descriptor;
  const annotations = bundleClaims(options);
  const present = options.isNew ? undefined : await findBundle(store, digest, options);
  if (present) return { present };
  const request = {
    statement: encodeStatement(digest, annotations),
    predicateType: SIGN_PREDICATE_TYPE,
    subject: subject.descriptor,
    createdAt: options.createdAt,
    annotations,
  };
  return makeBundle(request, options);
}

/** Pushes what is not there yet as a referrer of the subject. */
export async function writeBundle(
  store: ContentStore,
  prepared: PreparedBundle,
  options: CallOptions,
): Promise<SignedArtifact> {
  if ('present' in prepared)
    return { format: 'bundle', state: 'present', descriptor: prepared.present };
  await pushBundle(store, prepared, options);
  return { format: 'bundle', state: 'added', descriptor: prepared.manifest.descriptor };
}

/** What the statement of a bundle signs. */
export function bundleClaims({
  annotations = {},
  bundleAnnotations = {},
}: SignOptions): Readonly<Record<string, string>> {
  return { ...annotations, ...bundleAnnotations };
}

/** A bundle of the same key that signs all that is asked for, and perhaps more, such as the repository. */
async function findBundle(
  store: ContentStore,
  subject: Digest,
  options: SignOptions,
): Promise<Descriptor | undefined> {
  const { signer, witnesses = [] } = options;
  // The key of a certificate is new each time.
  if (signer.certificate) return undefined;
  const findings = new SignatureFindings(options);
  const search = { ...options, store, subject, findings, maxBundles: MAX_BUNDLES };
  const own = { digest: subject, signer, annotations: bundleClaims(options) };
  for await (const candidate of findReferrers(search))
    if (
      candidate.format === 'bundle' &&
      isOwnSignature(candidate, own) &&
      isWitnessed(candidate.proofs, witnesses)
    )
      return inGoOrder(candidate.descriptor);
  const unanswered = findUnanswered(findings);
  if (unanswered) throw unanswered.error;
  return undefined;
}
