import type { CallOptions, ContentStore } from '../content/content-store.ts';
import { describe, type Descriptor } from '../content/descriptor.ts';
import { goJson } from '../content/go-json.ts';
import { inParallel } from '../content/in-parallel.ts';
import {
  BUNDLE_V03,
  CREATED_ANNOTATION,
  OCI_EMPTY,
  OCI_MANIFEST,
} from '../reference/media-types.ts';
import { encodeBundle, encodeSignedBytes } from './bundle.ts';
import { inGoOrder } from './in-go-order.ts';
import { PREDICATE_ANNOTATION } from './list-referrers.ts';
import { makeSignature, type NewSignature, type SigningParty } from './make-signature.ts';
import { readBundle } from './read-bundle.ts';
import { STATEMENT_PAYLOAD_TYPE } from './statement.ts';
import { verifyNewSignature, type OwnSignature } from './verify-own-signature.ts';

const EMPTY_CONFIG = Buffer.from('{}');

/** A signed statement as it is stored: a layer, and the manifest that names its subject. */
export interface StoredBundle {
  readonly layer: { readonly descriptor: Descriptor; readonly bytes: Buffer };
  readonly manifest: { readonly descriptor: Descriptor; readonly bytes: Buffer };
}

export interface BundleRequest {
  readonly statement: Buffer;
  readonly predicateType: string;
  readonly subject: Descriptor;
  /** Written beside the bundle, not signed. */
  readonly createdAt: Date;
  /** What the statement claims, to be found in it again. */
  readonly annotations: OwnSignature['annotations'];
}

/**
 * Signs an in-toto statement and wraps it as cosign 3 does, to be pushed as a referrer of its
 * subject. What came out is read and verified again before anybody sees it.
 * @throws KongcrateError SIGNATURE_MISMATCH, CERTIFICATE_MISMATCH, and what the witnesses throw
 */
export async function makeBundle(
  request: BundleRequest,
  party: SigningParty & CallOptions,
): Promise<StoredBundle> {
  return wrapBundle(await signStatement(request.statement, party), request, party);
}

/** Signs an in-toto statement, and asks every witness. */
export function signStatement(
  statement: Buffer,
  party: SigningParty & CallOptions,
): Promise<NewSignature> {
  const envelope = { payload: statement, payloadType: STATEMENT_PAYLOAD_TYPE };
  return makeSignature({ signedBytes: encodeSignedBytes(statement), envelope }, party);
}

/**
 * The second half of {@link makeBundle}, for a signature that is kept in another format too.
 * @throws KongcrateError SIGNATURE_MISMATCH, CERTIFICATE_MISMATCH
 */
export async function wrapBundle(
  made: NewSignature,
  request: BundleRequest,
  party: SigningParty,
): Promise<StoredBundle> {
  const { statement, predicateType, subject, annotations } = request;
  const bytes = encodeBundle(statement, made);
  const candidate = { format: 'bundle', source: 'the new bundle', ...readBundle(bytes) } as const;
  const own = { digest: subject.digest, signer: party.signer, annotations, predicateType };
  await verifyNewSignature(candidate, own, party);
  const layer = { descriptor: describe(BUNDLE_V03, bytes), bytes };
  const manifest = encodeManifest(layer.descriptor, request);
  return { layer, manifest: { descriptor: describe(OCI_MANIFEST, manifest), bytes: manifest } };
}

/** Pushes what {@link makeBundle} made. */
export async function pushBundle(
  store: ContentStore,
  { layer, manifest }: StoredBundle,
  options: CallOptions,
): Promise<void> {
  const config = { descriptor: describe(OCI_EMPTY, EMPTY_CONFIG), bytes: EMPTY_CONFIG };
  await inParallel([config, layer], 2, ({ descriptor, bytes }) =>
    store.push(descriptor, bytes, options),
  );
  await store.push(manifest.descriptor, manifest.bytes, options);
}

/** cosign 3's manifest in its key order, with the artifactType it repeats inside config. */
function encodeManifest(
  layer: Descriptor,
  { subject, predicateType, createdAt }: BundleRequest,
): Buffer {
  const config = inGoOrder(describe(OCI_EMPTY, EMPTY_CONFIG));
  const manifest = {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: { ...config, artifactType: BUNDLE_V03 },
    layers: [inGoOrder(layer)],
    annotations: {
      'dev.sigstore.bundle.content': 'dsse-envelope',
      [PREDICATE_ANNOTATION]: predicateType,
      [CREATED_ANNOTATION]: createdAt.toISOString().replace(/\.\d+Z$/, 'Z'),
    },
    subject: inGoOrder(subject),
    artifactType: BUNDLE_V03,
  };
  return Buffer.from(goJson(manifest));
}
