import type { CallOptions, ContentStore } from '../content/content-store.ts';
import { describe, type Descriptor } from '../content/descriptor.ts';
import type { ImageManifest } from '../content/manifest.ts';
import type { ReadManifest } from '../content/read-content.ts';
import type { PinnedReference } from '../content/verified-subject.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { signatureTagOf, type Digest } from '../reference/digest.ts';
import { SIGNATURE_ANNOTATION, SIMPLE_SIGNING } from '../reference/media-types.ts';
import { appendLayers } from './append-layers.ts';
import { decodeSignature } from './legacy-layers.ts';
import type { PublicKey } from './public-key.ts';
import { MAX_SIGNATURE_LAYERS, readSignatureManifest } from './read-signature-manifest.ts';
import type { SignedArtifact, SignOptions } from './sign-subject.ts';
import { signatureHolds } from './signature-holds.ts';
import { encodeSimpleSigning } from './simple-signing.ts';

type Existing = ReadManifest<ImageManifest> | undefined;

const NO_BYTES = new Uint8Array();
const MAX_TRIES = 8;

export interface LegacySignature {
  readonly signed: SignedArtifact;
  /** Whether nobody had signed before: there was no such tag. */
  readonly isFirst: boolean;
}

/**
 * Adds a layer to the manifest under the `.sig` tag, or makes it: cosign specs/SIGNATURE_SPEC.md.
 * Several may do so at once, and hardly a registry heeds `If-Match`: the tag is read again after
 * the write, and the layer is added again to what stands there until it is seen there.
 * @throws KongcrateError TAG_EXISTS when it was lost to another signer each time
 */
export async function signLegacy(
  store: ContentStore,
  { descriptor: { digest } }: PinnedReference,
  options: SignOptions,
): Promise<LegacySignature> {
  const payload = legacyPayload(digest, options);
  const tag = signatureTagOf(digest);
  const { identity } = options.signer;
  let isFirst = false;
  let layer: Descriptor | undefined;
  for (let tries = 0; ; tries += 1) {
    const existing = await readSignatureManifest(store, digest, options);
    if (existing && holds(existing.document, { layer, payload, identity })) {
      const { descriptor } = existing;
      const state = layer ? 'added' : 'present';
      return { signed: { format: 'legacy', state, descriptor }, isFirst };
    }
    if (tries === MAX_TRIES) throw lost(tag);
    refuseFull(existing, tag);
    if (tries === 0) isFirst = existing === undefined;
    layer ??= await signLayer(payload, options);
    await append(store, { existing, layer, payload, tag }, options);
  }
}

/** The payload that is signed, byte for byte. */
export function legacyPayload(
  digest: Digest,
  { repository, annotations = {} }: SignOptions,
): Buffer {
  return encodeSimpleSigning({ digest, repository, annotations });
}

/** The layer with this payload whose signature, as the manifest has it, is this key's. */
export function findOwnLayer(
  { layers }: ImageManifest,
  payload: Buffer,
  identity: PublicKey,
): Descriptor | undefined {
  const { digest } = describe(SIMPLE_SIGNING, payload);
  return layers
    .filter((layer) => layer.digest === digest)
    .find((layer) => signatureHolds(payload, decodeSignature(layer) ?? NO_BYTES, identity));
}

interface OwnSignature {
  /** The layer that was written, once it was. */
  readonly layer: Descriptor | undefined;
  readonly payload: Buffer;
  readonly identity: PublicKey;
}

/** What was written just now has to be there as it is: what it is worth, reading back shows. */
function holds(document: ImageManifest, { layer, payload, identity }: OwnSignature): boolean {
  const written = layer?.annotations?.[SIGNATURE_ANNOTATION];
  const isWritten = document.layers.some(
    ({ digest, annotations }) =>
      digest === layer?.digest && annotations?.[SIGNATURE_ANNOTATION] === written,
  );
  return isWritten || findOwnLayer(document, payload, identity) !== undefined;
}

async function signLayer(payload: Buffer, { signer }: SignOptions): Promise<Descriptor> {
  const { signature } = await signer.sign(payload);
  const annotations = { [SIGNATURE_ANNOTATION]: Buffer.from(signature).toString('base64') };
  return { ...describe(SIMPLE_SIGNING, payload), annotations };
}

interface Addition {
  readonly existing: Existing;
  readonly layer: Descriptor;
  readonly payload: Buffer;
  readonly tag: string;
}

/** Writes the manifest with one more layer. Whoever was faster is told by reading again. */
async function append(
  store: ContentStore,
  { existing, layer, payload, tag }: Addition,
  options: CallOptions,
): Promise<void> {
  const { config, manifest } = appendLayers(existing, [layer]);
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
