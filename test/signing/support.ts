import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe as describeBytes, type Descriptor } from '../../src/content/descriptor.ts';
import type { ContentStore } from '../../src/content/content-store.ts';
import { MemoryStore } from '../../src/content/memory-store.ts';
import type { PinnedReference } from '../../src/content/verified-subject.ts';
import { signatureTagOf } from '../../src/reference/digest.ts';
import {
  BUNDLE_V03,
  OCI_CONFIG,
  OCI_EMPTY,
  OCI_INDEX,
  OCI_LAYER_GZIP,
  OCI_MANIFEST,
  SIGNATURE_ANNOTATION,
  SIMPLE_SIGNING,
} from '../../src/reference/media-types.ts';
import { createSignatureVerifier } from '../../src/signing/create-signature-verifier.ts';
import { openPrivateKey, type PrivateKey } from '../../src/signing/private-key.ts';
import { createKeySigner } from '../../src/signing/signer.ts';
import type { PublicKey } from '../../src/signing/public-key.ts';
import type { VerifierPolicy } from '../../src/signing/verifier-policy.ts';
import type { TrustDemand } from '../../src/signing/signer-demand.ts';
import type { Verifier } from '../../src/signing/verifier.ts';
import type { SignOptions } from '../../src/signing/sign-subject.ts';
import { signSubject } from '../support/sign-subject.ts';

export const REPOSITORY = 'registry.example/acme/my-plugin';

/** A sample made by the real cosign, as the registry served it. */
export function sample(path: string): Buffer {
  return readFileSync(new URL(`../../testdata/cosign/${path}`, import.meta.url));
}

/** A new private key that needs no password. */
export function makeKey(
  make: () => { privateKey: KeyObject } = () =>
    generateKeyPairSync('ec', { namedCurve: 'prime256v1' }),
): Promise<PrivateKey> {
  const pem = make().privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return openPrivateKey(pem, { allowUnencrypted: true });
}

/** A signature made without any code of ours, as base64. */
export function signRaw({ key }: PrivateKey, bytes: Uint8Array, hash = 'sha256'): string {
  return sign(key.asymmetricKeyType === 'ed25519' ? null : hash, bytes, key).toString('base64');
}

export function toBytes(value: unknown): Buffer {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
}

/** A store that holds one plugin manifest with these annotations. */
export async function storeWithSubject(
  annotations: Record<string, string> = {},
): Promise<{ store: MemoryStore; subject: PinnedReference }> {
  const store = new MemoryStore();
  const descriptor = await pushManifest(store, {
    config: describeBytes(OCI_CONFIG, toBytes('{}')),
    layers: [describeBytes(OCI_LAYER_GZIP, toBytes('layer'))],
    annotations,
  });
  return { store, subject: { repository: REPOSITORY, descriptor } };
}

export async function pushManifest(
  store: ContentStore,
  manifest: object,
  mediaType: string = OCI_MANIFEST,
): Promise<Descriptor> {
  const bytes = toBytes({ schemaVersion: 2, mediaType, ...manifest });
  const descriptor = describeBytes(mediaType, bytes);
  await store.push(descriptor, bytes);
  return descriptor;
}

export async function pushIndex(
  store: ContentStore,
  manifests: readonly Descriptor[],
): Promise<Descriptor> {
  return pushManifest(store, { manifests }, OCI_INDEX);
}

/** Signs through the product, in both formats unless told. */
export function signWith(
  key: PrivateKey,
  { store, subject }: { store: ContentStore; subject: PinnedReference },
  options: Partial<SignOptions> = {},
): ReturnType<typeof signSubject> {
  return signSubject(store, subject, {
    signer: createKeySigner(key),
    format: 'both',
    repository: REPOSITORY,
    createdAt: new Date('2026-11-22T10:14:58.123Z'),
    ...options,
  });
}

export interface KeyPolicy
  extends Omit<VerifierPolicy, 'demands'>, Omit<TrustDemand, 'signers' | 'threshold'> {
  readonly keys: readonly PublicKey[];
  readonly threshold?: number;
}

/** The verifier of the product, which trusts these keys alone. */
export function createKeyVerifier({ keys, threshold = 1, ...policy }: KeyPolicy): Verifier {
  const signers = keys.map((key) => ({ kind: 'key', key }) as const);
  return createSignatureVerifier({ ...policy, demands: [{ ...policy, signers, threshold }] });
}

/** The verifier of the product behind `--allow-unsigned`. */
export function createUnsignedVerifier(policy: Omit<VerifierPolicy, 'demands'> = {}): Verifier {
  return createSignatureVerifier({ ...policy, demands: [], allowsUnsigned: true });
}

export function verifyWith(
  keys: readonly PrivateKey[],
  { store, subject }: { store: ContentStore; subject: PinnedReference },
  policy: Partial<KeyPolicy> = {},
): ReturnType<Verifier['verify']> {
  const verifier = createKeyVerifier({ keys: keys.map(({ publicKey }) => publicKey), ...policy });
  return verifier.verify(subject, store);
}

export interface LayerSpec {
  readonly payload: Uint8Array;
  /** base64; without it the layer has no signature annotation. */
  readonly signature?: string;
  readonly annotations?: Record<string, string>;
  readonly mediaType?: string;
}

/** What holds the layers of a `.sig`, where it is not as cosign writes it. */
export interface ManifestSpec {
  readonly manifestType?: string;
  readonly configType?: string;
  readonly configText?: string;
}

/** Writes a `.sig` manifest by hand, as any other tool might. */
export async function pushLegacy(
  { store, subject }: { store: ContentStore; subject: PinnedReference },
  layers: readonly LayerSpec[],
  { manifestType = OCI_MANIFEST, configType = OCI_CONFIG, configText = '{}' }: ManifestSpec = {},
): Promise<Descriptor> {
  const descriptors: Descriptor[] = [];
  for (const { payload, signature, annotations, mediaType = SIMPLE_SIGNING } of layers) {
    const layer = describeBytes(mediaType, payload);
    await store.push(layer, payload);
    const signed = signature === undefined ? {} : { [SIGNATURE_ANNOTATION]: signature };
    descriptors.push({ ...layer, annotations: { ...signed, ...annotations } });
  }
  const config = describeBytes(configType, toBytes(configText));
  await store.push(config, toBytes(configText));
  const descriptor = await pushManifest(store, { config, layers: descriptors }, manifestType);
  await store.tag(descriptor, signatureTagOf(subject.descriptor.digest));
  return descriptor;
}

export function payloadFor(digest: string, changes: object = {}): object {
  return {
    critical: {
      identity: { 'docker-reference': REPOSITORY },
      image: { 'docker-manifest-digest': digest },
      type: 'cosign container image signature',
      ...changes,
    },
    optional: null,
  };
}

export function statementFor(digest: string, changes: object = {}): object {
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ digest: { sha256: digest.replace('sha256:', '') }, annotations: {} }],
    predicateType: 'https://sigstore.dev/cosign/sign/v1',
    predicate: {},
    ...changes,
  };
}

/** DSSE's pre-authentication encoding, written a second time for the tests. */
export function preAuth(payload: Uint8Array, type = 'application/vnd.in-toto+json'): Buffer {
  return Buffer.concat([Buffer.from(`DSSEv1 ${type.length} ${type} ${payload.length} `), payload]);
}

export interface BundleSpec {
  readonly statement: Uint8Array;
  readonly sig: string;
  readonly payloadType?: string;
  readonly keyid?: string;
}

export function bundleFor({ statement, sig, payloadType, keyid }: BundleSpec): object {
  return {
    mediaType: BUNDLE_V03,
    verificationMaterial: { publicKey: { hint: 'aGludA==' } },
    dsseEnvelope: {
      payload: Buffer.from(statement).toString('base64'),
      payloadType: payloadType ?? 'application/vnd.in-toto+json',
      signatures: [{ sig, ...(keyid === undefined ? {} : { keyid }) }],
    },
  };
}

/** A bundle over a statement, signed without any code of ours. */
export function signedBundle(key: PrivateKey, statement: object): object {
  const bytes = toBytes(statement);
  return bundleFor({ statement: bytes, sig: signRaw(key, preAuth(bytes)) });
}

/** Writes a referrer that holds a bundle by hand. */
export async function pushBundle(
  { store, subject }: { store: ContentStore; subject: PinnedReference },
  bundle: unknown,
  manifest: object = {},
): Promise<Descriptor> {
  const bytes = toBytes(bundle);
  const layer = describeBytes(BUNDLE_V03, bytes);
  const config = describeBytes(OCI_EMPTY, toBytes('{}'));
  await store.push(layer, bytes);
  await store.push(config, toBytes('{}'));
  return pushManifest(store, {
    artifactType: BUNDLE_V03,
    config,
    layers: [layer],
    subject: subject.descriptor,
    ...manifest,
  });
}

export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
