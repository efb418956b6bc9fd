import type { CallOptions, ContentStore } from '../content/content-store.ts';
import type { Descriptor } from '../content/descriptor.ts';
import type { PinnedReference, SignatureFormat } from '../content/verified-subject.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { writeLegacy, type PreparedLegacy } from './append-to-tag.ts';
import type { SigningParty } from './make-signature.ts';
import { prepareBundle, writeBundle, type PreparedBundle } from './sign-bundle.ts';
import { prepareLegacy } from './sign-legacy.ts';

export interface SignOptions extends SigningParty, CallOptions {
  /** `both` unless there is a reason: cosign 2 reads legacy signatures only, mirrors drop them. */
  readonly format: SignatureFormat | 'both';
  /** The `.sig` manifest, where it is new, gets Docker's media types; bundles are OCI's. */
  readonly dockerMediaTypes?: boolean;
  /** Signed in both formats (`-a k=v`). */
  readonly annotations?: Readonly<Record<string, string>>;
  /** `docker-reference` of the legacy format; Docker Hub is `index.docker.io/…`. */
  readonly repository: string;
  /** Signed in the bundle only, which has no `docker-reference`. */
  readonly bundleAnnotations?: Readonly<Record<string, string>>;
  /** Written beside the bundle, not signed. */
  readonly createdAt: Date;
  /**
   * The store took the subject just now, new as far as it could tell. Where there is no `.sig` tag
   * either, no bundle of it is looked for.
   */
  readonly isNew?: boolean;
}

/** A signature in the store. */
export interface SignedArtifact {
  readonly format: SignatureFormat;
  /** `present`: the same key had signed the same before, and nothing was written. */
  readonly state: 'added' | 'present';
  /** The manifest that holds it. */
  readonly descriptor: Descriptor;
}

/** Signatures that are there already, or are ready to be written. */
export interface PreparedSignatures {
  readonly legacy?: PreparedLegacy;
  readonly bundle?: PreparedBundle;
}

/**
 * Signs a manifest by its digest, in the formats of cosign 2 and cosign 3, asks all witnesses, and
 * verifies what came out; nothing is written. What the same key signed before is not signed again.
 * @throws KongcrateError CONTENT_INVALID, CONTENT_TOO_LARGE, SIGNATURE_MISMATCH,
 *   CERTIFICATE_MISMATCH, and what witnesses and store throw
 */
export async function prepareSignatures(
  store: ContentStore,
  subject: PinnedReference,
  options: SignOptions,
): Promise<PreparedSignatures> {
  const { format } = options;
  if (format === 'bundle')
    return { bundle: await prepareBundle(store, subject, { ...options, isNew: false }) };
  const legacy = await prepareLegacy(store, subject, options);
  if (format === 'legacy') return { legacy };
  const isFirst = 'layer' in legacy && legacy.existing === undefined;
  const isNew = options.isNew === true && isFirst;
  return { legacy, bundle: await prepareBundle(store, subject, { ...options, isNew }) };
}

/**
 * Writes what was prepared: the `.sig` tag of cosign 2, the bundle of cosign 3 as a referrer.
 * Signatures of others stay as they are. Where the store refuses one format, the other one is written
 * all the same. The caller reads back and verifies.
 * @throws KongcrateError TAG_EXISTS when other signers were faster each time, REGISTRY_ERROR whose
 *   details name what stands and what is missing, and what the store throws
 */
export async function writeSignatures(
  store: ContentStore,
  prepared: PreparedSignatures,
  options: CallOptions,
): Promise<readonly SignedArtifact[]> {
  const { legacy, bundle } = prepared;
  if (!legacy) return bundle ? [await writeBundle(store, bundle, options)] : [];
  if (!bundle) return [await writeLegacy(store, legacy, options)];
  // Both are tried: immutable tags (ECR, Harbor) may refuse a second `.sig` or the list of bundles.
  // At once, since each ends with a pause; what one throws must not leave the other one under way.
  const both = [writeLegacy(store, legacy, options), writeBundle(store, bundle, options)] as const;
  await Promise.allSettled(both);
  const first = await orRefusal(both[0]);
  const second = await orRefusal(both[1]);
  if (first instanceof KongcrateError) throw partlySigned('legacy', first, second);
  if (second instanceof KongcrateError) throw partlySigned('bundle', second, first);
  return [second, first];
}

/** What was written, or why the store refused it; everything else is thrown. */
async function orRefusal<Signed>(signing: Promise<Signed>): Promise<Signed | KongcrateError> {
  try {
    return await signing;
  } catch (error) {
    if (error instanceof KongcrateError && error.code === 'REGISTRY_ERROR') return error;
    throw error;
  }
}

function partlySigned(
  missing: SignatureFormat,
  refusal: KongcrateError,
  other: SignedArtifact | KongcrateError,
): KongcrateError {
  if (other instanceof KongcrateError) return refusal;
  return new KongcrateError(
    'REGISTRY_ERROR',
    `the ${other.format} signature stands, the ${missing} one was refused: ${refusal.message}`,
    {
      remedy: `${refusal.remedy} Or be content with one: --signature-format ${other.format}.`,
      details: { ...refusal.details, written: [other.format], missing: [missing] },
      cause: refusal,
    },
  );
}
