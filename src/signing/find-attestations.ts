import type { Descriptor } from '../content/descriptor.ts';
import type { ImageManifest } from '../content/manifest.ts';
import { readContent, type ReadManifest } from '../content/read-content.ts';
import { attestationTagOf } from '../reference/digest.ts';
import { DSSE_ENVELOPE } from '../reference/media-types.ts';
import { findReferrers, MAX_ATTESTATION_BYTES } from './find-referrers.ts';
import { readEnvelope } from './read-bundle.ts';
import { readLegacyProofs } from './read-legacy-proofs.ts';
import { readSignatureManifest } from './read-signature-manifest.ts';
import type { SignatureCandidate, StoredSignature } from './signature-candidate.ts';
import { sourceIn, type SignatureSearch } from './signature-findings.ts';

/** Looks for attestations of a digest: the bundles among its referrers, and the `.att` tag. */
export async function* findAttestations(
  search: SignatureSearch,
): AsyncGenerator<StoredSignature, void> {
  yield* findReferrers(search);
  yield* findTagged(search);
}

/** As many layers as referrers: each may be long. */
async function* findTagged(search: SignatureSearch): AsyncGenerator<StoredSignature, void> {
  const { store, subject, findings, maxBundles } = search;
  const tag = attestationTagOf(subject);
  const source = sourceIn(search, tag);
  const manifest = await findings.attempt(source, () => readSignatureManifest(store, tag, search));
  if (!manifest) return;
  const { layers } = manifest.document;
  for (const [index, layer] of layers.slice(0, maxBundles).entries()) {
    const name = `layer ${index + 1} of ${source}`;
    const found = await findings.attempt(name, () => readLayer(search, manifest, layer));
    if (found) yield { ...found, source: name };
  }
  const unreadCount = layers.length - maxBundles;
  if (unreadCount > 0) findings.unread.push(`${unreadCount} more layers of ${source}`);
}

/** Nothing when it holds something else. */
async function readLayer(
  { store, subject, ...options }: SignatureSearch,
  { descriptor, bytes }: ReadManifest<ImageManifest>,
  layer: Descriptor,
): Promise<Omit<StoredSignature, 'source'> | undefined> {
  if (layer.mediaType !== DSSE_ENVELOPE) return undefined;
  const envelope = await readContent(store, layer, {
    ...options,
    limitBytes: MAX_ATTESTATION_BYTES,
  });
  return {
    ...readLayerAttestation(layer, envelope),
    descriptor,
    evidence: {
      tags: { [attestationTagOf(subject)]: descriptor },
      referrers: [],
      blobs: new Map([
        [descriptor.digest, bytes],
        [layer.digest, envelope],
      ]),
    },
  };
}

/**
 * Reads the attestation that a layer is, with the proofs in its annotations. Nothing in it is
 * believed yet.
 * @throws KongcrateError CONTENT_INVALID, SIGNATURE_MISMATCH
 */
export function readLayerAttestation(
  { annotations }: Descriptor,
  envelope: Buffer,
): Omit<SignatureCandidate, 'source'> {
  return {
    format: 'legacy',
    ...readEnvelope(envelope),
    proofs: readLegacyProofs(annotations),
    // Both cosigns have the whole envelope stamped, not the signature in it.
    stampedBytes: envelope,
  };
}
