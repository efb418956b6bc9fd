import type { CallOptions, ContentStore } from '../content/content-store.ts';
import { describe, type Descriptor } from '../content/descriptor.ts';
import type { ImageManifest } from '../content/manifest.ts';
import type { ReadManifest } from '../content/read-content.ts';
import type { PinnedReference } from '../content/verified-subject.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { signatureTagOf, type Digest } from '../reference/digest.ts';
import { SIGNATURE_ANNOTATION, SIMPLE_SIGNING } from '../reference/media-types.ts';
import { appendLayers } from './append-layers.ts';
import { writeLegacyAnnotations } from './legacy-annotations.ts';
import { decodeSignature, readLayerSignature } from './legacy-layers.ts';
import { makeSignature } from './make-signature.ts';
import type { PublicKey } from './public-key.ts';
import { readLegacyProofs } from './read-legacy-proofs.ts';
import { MAX_SIGNATURE_LAYERS, readSignatureManifest } from './read-signature-manifest.ts';
import type { SignedArtifact, SignOptions } from './sign-subject.ts';
import { signatureHolds } from './signature-holds.ts';
import { encodeSimpleSigning } from './simple-signing.ts';
import { verifyNewSignature } from './verify-own-signature.ts';
import { isWitnessed } from './witness.ts';

type SignatureManifest = ReadManifest<ImageManifest>;
type Existing = SignatureManifest | undefined;

const NO_BYTES = new Uint8Array();
const MAX_TRIES = 8;

/** A signature that is there, or a layer to be added to what is there. */
export type PreparedLegacy = { readonly present: Descriptor } | NewLayer;

interface NewLayer {
  readonly tag: string;
  /** What the tag held: nothing where nobody had signed before. */
  readonly existing: Existing;
  readonly layer: Descriptor;
  readonly payload: Buffer;
  readonly dockerMediaTypes: boolean;
}

/** Signs as cosign 2 does, unless the same signature is there. */
export async function prepareLegacy(
  store: ContentStore,
  { descriptor: { digest } }: PinnedReference,
  options: SignOptions,
): Promise<PreparedLegacy> {
  const payload = legacyPayload(digest, options);
  const existing = await readSignatureManifest(store, digest, options);
  if (existing && isPresent(existing, payload, options)) return { present: existing.descriptor };
  const tag = signatureTagOf(digest);
  refuseFull(existing, tag);
  const layer = await signLayer(payload, digest, options);
  return { tag, existing, layer, payload, dockerMediaTypes: options.dockerMediaTypes ?? false };
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

/**
 * Adds a layer to the manifest under the `.sig` tag, or makes it: cosign specs/SIGNATURE_SPEC.md.
 * Several may do so at once, and hardly a registry heeds `If-Match`: the tag is read again after
 * the write, and the layer is added again to what stands there until it is seen there.
 * @throws KongcrateError TAG_EXISTS when it was lost to another signer each time
 */
export async function writeLegacy(
  store: ContentStore,
  { descriptor: { digest } }: PinnedReference,
  { prepared, ...options }: CallOptions & { readonly prepared: PreparedLegacy },
): Promise<SignedArtifact> {
  if ('present' in prepared)
    return { format: 'legacy', state: 'present', descriptor: prepared.present };
  const { tag, layer } = prepared;
  let { existing } = prepared;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    refuseFull(existing, tag);
    await append(store, { ...prepared, existing }, options);
    existing = await readSignatureManifest(store, digest, options);
    if (existing && holds(existing.document, layer))
      return { format: 'legacy', state: 'added', descriptor: existing.descriptor };
  }
  throw lost(tag);
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

/** What was written just now has to be there as it is: what it is worth, reading back shows. */
function holds({ layers }: ImageManifest, written: Descriptor): boolean {
  return layers.some(
    ({ digest, annotations }) =>
      digest === written.digest &&
      annotations?.[SIGNATURE_ANNOTATION] === written.annotations?.[SIGNATURE_ANNOTATION],
  );
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

/** Writes the manifest with one more layer. Whoever was faster is told by reading again. */
async function append(
  store: ContentStore,
  { existing, layer, payload, tag, dockerMediaTypes }: NewLayer,
  options: CallOptions,
): Promise<void> {
  const { config, manifest } = appendLayers(existing, [layer], dockerMediaTypes);
  await store.push(layer, payload, options);
  await store.push(config.descriptor, config.bytes, options);
  try {
    const replaces = existing?.descriptor.digest ?? 'nothing';
    await store.push(manifest.descriptor, manifest.bytes, { ...options, tag, replaces });
  } catch (error) {
    if (!(error instanceof KongcrateError) || error.code !== 'TAG_EXISTS') throw error;
  }
}

function lost(tag: string): KongcrateError {
  return new KongcrateError(
    'TAG_EXISTS',
    `${tag} was written by others at the same time, ${MAX_TRIES} times over`,
    { remedy: 'Sign again when they are done: it adds to what stands there.', details: { tag } },
  );
}

function refuseFull(existing: Existing, tag: string): void {
  const count = existing?.document.layers.length ?? 0;
  if (count < MAX_SIGNATURE_LAYERS) return;
  throw new KongcrateError('CONTENT_TOO_LARGE', `${tag} has ${count} signatures already`, {
    remedy: 'No verifier reads more: delete that tag, or sign with --signature-format bundle.',
  });
}
