import type { ContentStore } from '../content/content-store.ts';
import { describe, type Descriptor } from '../content/descriptor.ts';
import { goJson } from '../content/go-json.ts';
import type { PinnedReference } from '../content/verified-subject.ts';
import type { Digest } from '../reference/digest.ts';
import {
  BUNDLE_V03,
  CREATED_ANNOTATION,
  OCI_EMPTY,
  OCI_MANIFEST,
} from '../reference/media-types.ts';
import { encodeBundle, encodeSignedBytes } from './bundle.ts';
import { collectBundles, PREDICATE_ANNOTATION } from './collect-bundles.ts';
import { MAX_BUNDLES } from './collect-signatures.ts';
import { findUnanswered } from './explain-refusal.ts';
import { inGoOrder } from './in-go-order.ts';
import type { SignedArtifact, SignOptions } from './sign-subject.ts';
import { signatureHolds } from './signature-holds.ts';
import { encodeStatement, SIGN_PREDICATE_TYPE } from './statement.ts';

const EMPTY_CONFIG = Buffer.from('{}');

/** Pushes a bundle v0.3 as a referrer of the subject, as cosign 3 does. */
export async function signBundle(
  store: ContentStore,
  subject: PinnedReference,
  options: SignOptions,
): Promise<SignedArtifact> {
  const { signer, annotations = {}, bundleAnnotations = {}, createdAt } = options;
  const { digest } = subject.descriptor;
  const statement = encodeStatement(digest, { ...annotations, ...bundleAnnotations });
  const signedBytes = encodeSignedBytes(statement);
  const present = await findBundle(store, digest, { ...options, signedBytes });
  if (present) return { format: 'bundle', state: 'present', descriptor: present };
  const { signature } = await signer.sign(signedBytes);
  const bundle = encodeBundle(statement, signature, signer.identity);
  const layer = describe(BUNDLE_V03, bundle);
  const manifest = encodeManifest(subject.descriptor, layer, createdAt);
  const descriptor = describe(OCI_MANIFEST, manifest);
  await store.push(describe(OCI_EMPTY, EMPTY_CONFIG), EMPTY_CONFIG, options);
  await store.push(layer, bundle, options);
  await store.push(descriptor, manifest, options);
  return { format: 'bundle', state: 'added', descriptor };
}

interface SoughtBundle extends SignOptions {
  readonly signedBytes: Buffer;
}

async function findBundle(
  store: ContentStore,
  subject: Digest,
  { signedBytes, signer, signal }: SoughtBundle,
): Promise<Descriptor | undefined> {
  const found = await collectBundles(store, subject, {
    maxBundles: MAX_BUNDLES,
    ...(signal ? { signal } : {}),
  });
  const unanswered = findUnanswered(found);
  if (unanswered) throw unanswered.error;
  const present = found.candidates.find(
    (candidate) =>
      signedBytes.equals(candidate.signedBytes) &&
      candidate.material === 'key' &&
      signatureHolds(signedBytes, candidate.signature, signer.identity),
  );
  return present && inGoOrder(present.descriptor);
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
