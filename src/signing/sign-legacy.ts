import type { ContentStore } from '../content/content-store.ts';
import { describe, type Descriptor } from '../content/descriptor.ts';
import { goJson } from '../content/go-json.ts';
import type { ImageManifest } from '../content/manifest.ts';
import type { ReadManifest } from '../content/read-content.ts';
import type { PinnedReference } from '../content/verified-subject.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { signatureTagOf } from '../reference/digest.ts';
import {
  OCI_CONFIG,
  OCI_EMPTY,
  OCI_MANIFEST,
  SIGNATURE_ANNOTATION,
  SIMPLE_SIGNING,
} from '../reference/media-types.ts';
import { decodeSignature } from './collect-legacy.ts';
import { inGoOrder } from './in-go-order.ts';
import type { PublicKey } from './public-key.ts';
import { MAX_SIGNATURE_LAYERS, readSignatureManifest } from './read-signature-manifest.ts';
import type { SignedArtifact, SignOptions } from './sign-subject.ts';
import { signatureHolds } from './signature-holds.ts';
import { encodeSimpleSigning } from './simple-signing.ts';

type Existing = ReadManifest<ImageManifest> | undefined;

/** What Go writes for a time that was never set; the same signature gives the same bytes. */
const NO_TIME = '0001-01-01T00:00:00Z';
const NO_BYTES = new Uint8Array();

/** Adds a layer to the manifest under the `.sig` tag, or makes it: cosign specs/SIGNATURE_SPEC.md. */
export async function signLegacy(
  store: ContentStore,
  { descriptor: { digest } }: PinnedReference,
  options: SignOptions,
): Promise<SignedArtifact> {
  const { signer, repository, annotations = {} } = options;
  const payload = encodeSimpleSigning({ digest, repository, annotations });
  const existing = await readSignatureManifest(store, digest, options);
  if (existing && holdsSignature(existing, payload, signer.identity))
    return { format: 'legacy', state: 'present', descriptor: existing.descriptor };
  refuseFull(existing, signatureTagOf(digest));
  const { signature } = await signer.sign(payload);
  const layer: Descriptor = {
    ...describe(SIMPLE_SIGNING, payload),
    annotations: { [SIGNATURE_ANNOTATION]: Buffer.from(signature).toString('base64') },
  };
  const config = encodeConfig([...(existing?.document.layers ?? []), layer]);
  const configDescriptor = describe(configTypeOf(existing), config);
  const manifest = encodeManifest(existing, configDescriptor, layer);
  const descriptor = describe(existing?.descriptor.mediaType ?? OCI_MANIFEST, manifest);
  await store.push(layer, payload, options);
  await store.push(configDescriptor, config, options);
  await store.push(descriptor, manifest, options);
  await store.tag(descriptor, signatureTagOf(digest), options);
  return { format: 'legacy', state: 'added', descriptor };
}

function holdsSignature(
  { document }: ReadManifest<ImageManifest>,
  payload: Buffer,
  identity: PublicKey,
): boolean {
  const { digest } = describe(SIMPLE_SIGNING, payload);
  return document.layers
    .filter((layer) => layer.digest === digest)
    .some((layer) => signatureHolds(payload, decodeSignature(layer) ?? NO_BYTES, identity));
}

function refuseFull(existing: Existing, tag: string): void {
  const count = existing?.document.layers.length ?? 0;
  if (count < MAX_SIGNATURE_LAYERS) return;
  throw new KongcrateError('CONTENT_TOO_LARGE', `${tag} has ${count} signatures already`, {
    remedy: 'No verifier reads more: delete that tag, or sign with --signature-format bundle.',
  });
}

function configTypeOf(existing: Existing): string {
  const mediaType = existing?.document.config.mediaType ?? OCI_EMPTY;
  return mediaType === OCI_EMPTY ? OCI_CONFIG : mediaType;
}

/** The image config cosign writes: one history entry and one diff_id, the payload's, a layer. */
function encodeConfig(layers: readonly Descriptor[]): Buffer {
  const config = {
    architecture: '',
    created: NO_TIME,
    history: layers.map(() => ({ created: NO_TIME })),
    os: '',
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
    config: {},
  };
  return Buffer.from(goJson(config));
}

/** Built on the existing document as it stands, so that nothing others wrote in it is lost. */
function encodeManifest(existing: Existing, config: Descriptor, layer: Descriptor): Buffer {
  const document = existing
    ? (JSON.parse(existing.bytes.toString('utf8')) as { layers: readonly unknown[] })
    : { schemaVersion: 2, mediaType: OCI_MANIFEST, config: {}, layers: [] };
  return Buffer.from(
    goJson({
      ...document,
      config: inGoOrder(config),
      layers: [...document.layers, { ...inGoOrder(layer), annotations: layer.annotations }],
    }),
  );
}
