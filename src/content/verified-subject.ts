import type { Digest } from '../reference/digest.ts';
import type { Descriptor } from './descriptor.ts';
import type { ContentSnapshot } from './content-snapshot.ts';
import type { ImageManifest } from './manifest.ts';

/** A reference whose tag, if any, has been read: from here on only the digest counts. */
export interface PinnedReference {
  /** The logical name that signatures and policy see, such as `registry.example/acme/my-plugin`. */
  readonly repository: string;
  /** The tag that was typed: a label, never resolved again. */
  readonly tag?: string;
  readonly descriptor: Descriptor;
}

/** One key that vouches for a subject, and everything that was checked to say so. */
export interface VerifiedSigner {
  /** sha256 over the SubjectPublicKeyInfo, lower-case hex: what tells two signers apart. */
  readonly keyId: string;
  /** The public key as PEM (SPKI). */
  readonly publicKey: string;
  /** The formats in which this key signed the subject. */
  readonly formats: readonly SignatureFormat[];
  /** `docker-reference` of the legacy payload, where there is one. */
  readonly signedReference?: string;
  /** Signed annotations (`-a`), merged over the accepted signatures of this key. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Entries of a transparency log came along and were set aside: a key needs none. */
  readonly log?: 'not checked';
}

export type SignatureFormat = 'legacy' | 'bundle';

/** Why a subject may be installed. */
export type TrustBasis =
  | { readonly kind: 'keys'; readonly signers: readonly VerifiedSigner[] }
  | { readonly kind: 'unsigned' };

export interface VerifiedSubjectData {
  readonly reference: PinnedReference;
  /** The manifest that holds the plugin: the subject itself, or an index's child. */
  readonly manifest: ImageManifest;
  readonly manifestDigest: Digest;
  readonly trust: TrustBasis;
  /** The exact bytes the decision rests on: subject, signatures, payloads, bundles. */
  readonly evidence: ContentSnapshot;
}

declare const verified: unique symbol;

/**
 * A subject that passed the signing policy. Only `signing/` can make one, and the installer
 * takes nothing else, so a code path that forgets to verify does not compile.
 */
export type VerifiedSubject = VerifiedSubjectData & { readonly [verified]: true };
