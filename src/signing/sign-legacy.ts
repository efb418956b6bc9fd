import type { ContentStore } from '../content/content-store.ts';
import { describe, type Descriptor } from '../content/descriptor.ts';
import type { ImageManifest } from '../content/manifest.ts';
import type { ReadManifest } from '../content/read-content.ts';
import type { PinnedReference } from '../content/verified-subject.ts';
import { signatureTagOf, type Digest } from '../reference/digest.ts';
import { SIMPLE_SIGNING } from '../reference/media-types.ts';
import { refuseFull, type PreparedLegacy } from './append-to-tag.ts';
import { writeLegacyAnnotations } from './legacy-annotations.ts';
import { decodeSignature, readLayerSignature } from './legacy-layers.ts';
import { makeSignature } from './make-signature.ts';
import type { PublicKey } from './public-key.ts';
import { readLegacyProofs } from './read-legacy-proofs.ts';
import { readSignatureManifest } from './read-signature-manifest.ts';
import type { SignOptions } from './sign-subject.ts';
import { signatureHolds } from './signature-holds.ts';
import { encodeSimpleSigning } from './simple-signing.ts';
import { verifyNewSignature } from './verify-own-signature.ts';
import { isWitnessed } from './witness.ts';

type SignatureManifest = ReadManifest<ImageManifest>;

const NO_BYTES = new Uint8Array();

/** Signs as cosign 2 does, unless the same signature is there. */
export async function prepareLegacy(
  store: ContentStore,
  { descriptor: { digest } }: PinnedReference,
  options: SignOptions,
): Promise<PreparedLegacy> {
  const payload = legacyPayload(digest, options);
  const tag = signatureTagOf(digest);
  const existing = await readSignatureManifest(store, tag, options);
  if (existing && isPresent(existing, payload, options)) return { present: existing.descriptor };
  refuseFull({ tag, existing });
  const layer = await signLayer(payload, digest, options);
  const { dockerMediaTypes = false, witnesses = [] } = options;
  return { tag, existing, mayBeStale: witnesses.length > 0, layer, payload, dockerMediaTypes };
}

/** The key of a certificate is new each time. */
function isPresent(
  { document }: SignatureManifest,
  payload: Buffer,
  { signer: { identity, certificate }, witnesses = [] }: SignOptions,
): boolean {
  if (certificate) return false;
  return findOwnLayers(document, payload, identity).some(
    ({ annotations }) =>
      witnesses.length === 0 || isWitnessed(readLegacyProofs(annotations), witnesses),
  );
}

/** The payload that is signed, byte for byte. */
export function legacyPayload(
  digest: Digest,
  { repository, annotations = {} }: SignOptions,
): Buffer {
  return encodeSimpleSigning({ digest, repository, annotations });
}

/** The layers with this payload whose signature, as the manifest has it, is this key's. */
export function findOwnLayers(
  { layers }: ImageManifest,
  payload: Buffer,
  identity: PublicKey,
): readonly Descriptor[] {
  const { digest } = describe(SIMPLE_SIGNING, payload);
  return layers
    .filter((layer) => layer.digest === digest)
    .filter((layer) => signatureHolds(payload, decodeSignature(layer) ?? NO_BYTES, identity));
}

async function signLayer(
  payload: Buffer,
  digest: Digest,
  options: SignOptions,
): Promise<Descriptor> {
  const made = await makeSignature({ signedBytes: payload }, options);
  const layer = {
    ...describe(SIMPLE_SIGNING, payload),
    annotations: writeLegacyAnnotations(made),
  };
  const candidate = { source: 'the new layer', ...readLayerSignature(layer, payload) };
  const { signer, annotations = {} } = options;
  await verifyNewSignature(candidate, { digest, signer, annotations }, options);
  return layer;
}
