import type { CallOptions, ContentStore } from '../content/content-store.ts';
import type { Descriptor } from '../content/descriptor.ts';
import type { PinnedReference, SignatureFormat } from '../content/verified-subject.ts';
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
 * referrer). Signing again adds nothing; signatures of others stay as they are. The caller reads
 * back and verifies: two writers at once can lose a legacy signature.
 * @throws KongcrateError CONTENT_INVALID, CONTENT_TOO_LARGE, and what the store throws
 */
export async function signSubject(
  store: ContentStore,
  subject: PinnedReference,
  options: SignOptions,
): Promise<readonly SignedArtifact[]> {
  const { format } = options;
  // The bundle first: it overwrites nothing, and a registry with immutable tags still takes it.
  return [
    ...(format === 'legacy' ? [] : [await signBundle(store, subject, options)]),
    ...(format === 'bundle' ? [] : [await signLegacy(store, subject, options)]),
  ];
}
