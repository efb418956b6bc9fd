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
  /**
   * The subject is no manifest but this file, whose sha256 is the digest: a path as it was typed, a
   * label too. Only a command that was given a file says so, never a store.
   */
  readonly file?: string;
  readonly descriptor: Descriptor;
}

/** What was checked of one signer's signatures, over all formats. */
interface SignerFindings {
  /** The formats in which this signer signed the subject. */
  readonly formats: readonly SignatureFormat[];
  /** `docker-reference` of the legacy payload, where there is one. */
  readonly signedReference?: string;
  /** Signed annotations (`-a`), merged over the accepted signatures of this signer. */
  readonly annotations: Readonly<Record<string, string>>;
  /**
   * `verified`: entries of a known transparency log hold. `not checked`: entries of another log
   * came along and were set aside.
   */
  readonly log?: 'verified' | 'not checked';
  /** When a log or a timestamp authority saw the signatures: ISO 8601, UTC, the earliest first. */
  readonly times: readonly string[];
}

/** A key that vouches for a subject. */
export interface KeySigner extends SignerFindings {
  readonly kind: 'key';
  /** sha256 over the SubjectPublicKeyInfo, lower-case hex: what tells two keys apart. */
  readonly keyId: string;
  /** The public key as PEM (SPKI). */
  readonly publicKey: string;
}

/** What a certificate of GitHub Actions says of the workflow (Fulcio, oid-info.md: .1.2 to .1.6). */
export interface WorkflowClaims {
  readonly trigger?: string;
  readonly sha?: string;
  readonly name?: string;
  readonly repository?: string;
  readonly ref?: string;
}

/** Whom a short-lived certificate names. */
export interface CertificateIdentity {
  readonly issuer: string;
  /** The only subject alternative name: a URI, an e-mail address or a user name. */
  readonly subject: string;
  readonly workflow: WorkflowClaims;
}

/** Somebody who vouches for a subject and was known to an issuer when signing. */
export interface CertificateSigner extends SignerFindings, CertificateIdentity {
  readonly kind: 'certificate';
}

/** One signer that vouches for a subject, and everything that was checked to say so. */
export type VerifiedSigner = KeySigner | CertificateSigner;

export type SignatureFormat = 'legacy' | 'bundle';

/** Why a subject may be installed. */
export type TrustBasis =
  | {
      readonly kind: 'signed';
      readonly signers: readonly VerifiedSigner[];
      /** The repository that holds the signatures, where it is another one. */
      readonly signatureRepository?: string;
    }
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
