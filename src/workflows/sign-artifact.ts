import type { CallOptions } from '../content/content-store.ts';
import type { PinnedReference } from '../content/verified-subject.ts';
import { openParty, type LazyParty } from './open-party.ts';
import { openPinned, openStore, type OpenOptions } from './open-store.ts';
import { signAndReadBack, type WrittenSignature } from './sign-and-read-back.ts';
import { signatureFormatOf, type FormatOptions } from './signature-format-of.ts';

export interface SignOptions extends LazyParty, OpenOptions, CallOptions, FormatOptions {
  /** Signed annotations (`-a k=v`). */
  readonly annotations?: Readonly<Record<string, string>>;
  /** The time written into the bundle's manifest. */
  readonly createdAt?: Date;
}

export interface SignedArtifact {
  readonly reference: string;
  readonly subject: PinnedReference;
  readonly signatures: readonly WrittenSignature[];
}

/**
 * Signs an artifact, offline with a key of one's own, in the formats of cosign 2 and 3: beside the
 * artifact, or in the repository of `signatureRepository`.
 * @throws KongcrateError USAGE, NOT_FOUND, SIGNATURE_MISMATCH, and what the store refuses
 */
export async function signArtifact(
  reference: string,
  options: SignOptions,
): Promise<SignedArtifact> {
  const format = signatureFormatOf(options);
  const opened = await openPinned(reference, options, openStore);
  const { store } = opened.signatures ?? opened;
  const signatures = await signAndReadBack(store, opened.pinned, {
    ...(await openParty(options)),
    format,
    repository: opened.repository,
    createdAt: options.createdAt ?? new Date(),
  });
  const { digest } = opened.pinned.descriptor;
  return { reference: opened.format({ digest }), subject: opened.pinned, signatures };
}
