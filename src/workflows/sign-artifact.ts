import type { CallOptions } from '../content/content-store.ts';
import type { PinnedReference, SignatureFormat } from '../content/verified-subject.ts';
import type { Digest } from '../reference/digest.ts';
import { signSubject } from '../signing/sign-subject.ts';
import type { Signer } from '../signing/signer.ts';
import { openPinned } from './open-store.ts';

export interface SignOptions extends CallOptions {
  readonly signer: Signer;
  /** Default `both`: cosign 2 reads only legacy signatures, mirrors may carry only bundles. */
  readonly format?: SignatureFormat | 'both';
  /** Signed annotations (`-a k=v`). */
  readonly annotations?: Readonly<Record<string, string>>;
  /** The logical repository of an OCI layout (`--as`). */
  readonly as?: string;
  /** The time written into the bundle's manifest. */
  readonly createdAt?: Date;
}

export interface SignedArtifact {
  readonly reference: string;
  readonly subject: PinnedReference;
  readonly signatures: readonly {
    readonly format: SignatureFormat;
    /** `present`: the same key had signed the same claims already; nothing was written. */
    readonly state: 'added' | 'present';
    /** The manifest that holds the signature. */
    readonly digest: Digest;
  }[];
}

/**
 * Signs an artifact with a key, offline, in the formats of cosign 2 and 3.
 * @throws KongcrateError NOT_FOUND, and what the store refuses
 */
export async function signArtifact(
  reference: string,
  options: SignOptions,
): Promise<SignedArtifact> {
  const opened = await openPinned(reference, options);
  const written = await signSubject(opened.store, opened.pinned, {
    signer: options.signer,
    format: options.format ?? 'both',
    annotations: options.annotations ?? {},
    repository: opened.repository,
    createdAt: options.createdAt ?? new Date(),
  });
  return {
    reference: opened.format({ digest: opened.pinned.descriptor.digest }),
    subject: opened.pinned,
    signatures: written.map(({ format, state, descriptor }) => ({
      format,
      state,
      digest: descriptor.digest,
    })),
  };
}
