import type { ContentStore } from '../content/content-store.ts';
import { describe, type Descriptor } from '../content/descriptor.ts';
import { goJson } from '../content/go-json.ts';
import type { PinnedReference } from '../content/verified-subject.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { Digest } from '../reference/digest.ts';
import {
  BUNDLE_V03,
  CREATED_ANNOTATION,
  OCI_EMPTY,
  OCI_MANIFEST,
} from '../reference/media-types.ts';
import { encodeBundle, encodeSignedBytes } from './bundle.ts';
import { findUnanswered } from './explain-refusal.ts';
import { findReferrers } from './find-referrers.ts';
import { MAX_BUNDLES } from './find-signatures.ts';
import { inGoOrder } from './in-go-order.ts';
import { PREDICATE_ANNOTATION } from './list-referrers.ts';
import type { SignedArtifact, SignOptions } from './sign-subject.ts';
import type { SignatureCandidate } from './signature-candidate.ts';
import { SignatureFindings } from './signature-findings.ts';
import { encodeStatement, SIGN_PREDICATE_TYPE } from './statement.ts';
import { verifyOwnSignature, type OwnSignature } from './verify-own-signature.ts';

const EMPTY_CONFIG = Buffer.from('{}');

/** Pushes a bundle v0.3 as a referrer of the subject, as cosign 3 does. */
export async function signBundle(
  store: ContentStore,
  subject: PinnedReference,
  options: SignOptions,
): Promise<SignedArtifact> {
  const { signer, createdAt } = options;
  const { digest } = subject.descriptor;
  const claims = bundleClaims(options);
  const present = options.isNew ? undefined : await findBundle(store, digest, options);
  if (present) return { format: 'bundle', state: 'present', descriptor: present };
  const statement = encodeStatement(digest, claims);
  const { signature } = await signer.sign(encodeSignedBytes(statement));
  const bundle = encodeBundle(statement, signature, signer.identity);
  const layer = describe(BUNDLE_V03, bundle);
  const manifest = encodeManifest(subject.descriptor, layer, createdAt);
  const descriptor = describe(OCI_MANIFEST, manifest);
  await store.push(describe(OCI_EMPTY, EMPTY_CONFIG), EMPTY_CONFIG, options);
  await store.push(layer, bundle, options);
  await store.push(descriptor, manifest, options);
  return { format: 'bundle', state: 'added', descriptor };
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
  const findings = new SignatureFindings(options);
  const search = { ...options, store, subject, findings, maxBundles: MAX_BUNDLES };
  const { identity: key } = options.signer;
  const own = { digest: subject, key, annotations: bundleClaims(options) };
  for await (const candidate of findReferrers(search))
    if (candidate.format === 'bundle' && satisfies(candidate, own))
      return inGoOrder(candidate.descriptor);
  const unanswered = findUnanswered(findings);
  if (unanswered) throw unanswered.error;
  return undefined;
}

function satisfies(candidate: SignatureCandidate, own: OwnSignature): boolean {
  try {
    verifyOwnSignature(candidate, own);
    return true;
  } catch (error) {
    if (error instanceof KongcrateError && error.code === 'SIGNATURE_MISMATCH') return false;
    throw error;
  }
}

/** cosign 3's manifest in its key order, with the artifactType it repeats inside config. */
function encodeManifest(subject: Descriptor, layer: Descriptor, createdAt: Date): Buffer {
  const config = inGoOrder(describe(OCI_EMPTY, EMPTY_CONFIG));
  const manifest = {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: { ...config, artifactType: BUNDLE_V03 },
    layers: [inGoOrder(layer)],
    annotations: {
      'dev.sigstore.bundle.content': 'dsse-envelope',
      [PREDICATE_ANNOTATION]: SIGN_PREDICATE_TYPE,
      [CREATED_ANNOTATION]: createdAt.toISOString().replace(/\.\d+Z$/, 'Z'),
    },
    subject: inGoOrder(subject),
    artifactType: BUNDLE_V03,
  };
  return Buffer.from(goJson(manifest));
}
