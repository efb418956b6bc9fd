import type { CallOptions, ContentStore } from '../content/content-store.ts';
import type { Descriptor } from '../content/descriptor.ts';
import type { PinnedReference, SignatureFormat } from '../content/verified-subject.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { signBundle } from './sign-bundle.ts';
import { signLegacy } from './sign-legacy.ts';
import type { Signer } from './signer.ts';

export interface SignOptions extends CallOptions {
  readonly signer: Signer;
  /** `both` unless there is a reason: cosign 2 reads legacy signatures only, mirrors drop them. */
  readonly format: SignatureFormat | 'both';
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

/**
 * Signs a manifest by its digest, in the formats of cosign 2 (`.sig` tag) and cosign 3 (bundle as
 * referrer). Signing again adds nothing; signatures of others stay as they are. Where the store
 * refuses one format, the other one is written all the same. The caller reads back and verifies.
 * @throws KongcrateError CONTENT_INVALID, CONTENT_TOO_LARGE, TAG_EXISTS when other signers were
 *   faster each time, REGISTRY_ERROR whose details name what stands and what is missing, and what
 *   the store throws
 */
export async function signSubject(
  store: ContentStore,
  subject: PinnedReference,
  options: SignOptions,
): Promise<readonly SignedArtifact[]> {
  const { format } = options;
  if (format === 'bundle') return [await signBundle(store, subject, { ...options, isNew: false })];
  if (format === 'legacy') return [(await signLegacy(store, subject, options)).signed];
  // Both are tried: immutable tags (ECR, Harbor) may refuse a second `.sig` or the list of bundles.
  const legacy = await orRefusal(signLegacy(store, subject, options));
  const isFirst = !(legacy instanceof KongcrateError) && legacy.isFirst;
  const isNew = options.isNew === true && isFirst;
  const bundle = await orRefusal(signBundle(store, subject, { ...options, isNew }));
  if (legacy instanceof KongcrateError) throw partlySigned('legacy', legacy, bundle);
  if (bundle instanceof KongcrateError) throw partlySigned('bundle', bundle, legacy.signed);
  return [bundle, legacy.signed];
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
