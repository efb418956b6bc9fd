import type { CallOptions, ContentStore } from '../content/content-store.ts';
import { inParallel } from '../content/in-parallel.ts';
import { readContent, readManifest } from '../content/read-content.ts';
import type { PinnedReference, SignatureFormat } from '../content/verified-subject.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { Digest } from '../reference/digest.ts';
import { readBundleCandidate, readReferrer } from './find-referrers.ts';
import { MAX_PAYLOAD_BYTES } from './legacy-layers.ts';
import { bundleClaims } from './sign-bundle.ts';
import { findOwnLayers, legacyPayload } from './sign-legacy.ts';
import type { SignedArtifact, SignOptions } from './sign-subject.ts';
import { verifyOwnSignature, type OwnSignature } from './verify-own-signature.ts';

export interface ReadBackOptions extends SignOptions {
  /** What signing said it wrote. */
  readonly written: readonly SignedArtifact[];
}

/**
 * Reads what was signed back from the store and verifies it: a store may lose an update without
 * saying so. What was present before was verified as it was read; a `.sig` tag was read again
 * after it was written.
 * @throws KongcrateError SIGNATURE_MISMATCH, and what the store throws
 */
export async function readBack(
  store: ContentStore,
  subject: PinnedReference,
  { written, ...options }: ReadBackOptions,
): Promise<void> {
  const { digest } = subject.descriptor;
  const added = written.filter(({ state }) => state === 'added');
  await inParallel(added, added.length, async (one) => {
    const own = { digest, signer: options.signer, annotations: bundleClaims(options) };
    if (one.format === 'bundle') await readBackBundle(store, own, { ...options, signed: one });
    else await readLegacy(store, digest, { ...options, signed: one });
  });
}

interface SignedOptions extends SignOptions {
  readonly signed: SignedArtifact;
}

/**
 * Reads a bundle back, of an attestation too. It must be listed, or no verifier finds it.
 * @throws KongcrateError SIGNATURE_MISMATCH, and what the store throws
 */
export async function readBackBundle(
  store: ContentStore,
  own: OwnSignature,
  { signed, ...options }: CallOptions & { readonly signed: SignedArtifact },
): Promise<void> {
  const { digest: subject, predicateType: attestation } = own;
  const listed = await store.referrers(subject, undefined, options);
  const isListed = listed.some(({ digest }) => digest === signed.descriptor.digest);
  const search = { ...options, store, subject, attestation };
  const referrer = isListed && (await readReferrer(search, signed.descriptor.digest));
  const candidate = referrer && (await readBundleCandidate(search, referrer));
  if (!candidate) throw lost('bundle');
  verifyOwnSignature(candidate, own);
}

/** The payload is known, so its digest in the manifest is as good as its bytes: they must be there. */
async function readLegacy(
  store: ContentStore,
  subject: Digest,
  { signed, ...options }: SignedOptions,
): Promise<void> {
  const { document } = await readManifest(store, signed.descriptor, options);
  const payload = legacyPayload(subject, options);
  const [own] =
    document.kind === 'manifest' ? findOwnLayers(document, payload, options.signer.identity) : [];
  if (!own) throw lost('legacy');
  await readContent(store, own, { ...options, limitBytes: MAX_PAYLOAD_BYTES });
}

function lost(format: SignatureFormat): KongcrateError {
  return new KongcrateError(
    'SIGNATURE_MISMATCH',
    `the ${format} signature was written and cannot be read back`,
    { remedy: 'Run the command again: somebody else may have signed at the same moment.' },
  );
}
