import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { CallOptions } from '../content/content-store.ts';
import type { VerifiedSubject } from '../content/verified-subject.ts';
import type { Verifier } from '../signing/verifier.ts';
import { createVerifier, type TrustOptions } from './create-verifier.ts';
import { openForReading } from './open-for-reading.ts';
import { openPinned, type OpenOptions } from './open-store.ts';
import { verifyOpened } from './verify-opened.ts';

export interface VerifyOptions extends OpenOptions, CallOptions, TrustOptions {
  /** With tag and digest: demands that the tag points to the digest. */
  readonly checkTag?: boolean;
}

export interface VerifiedArtifact {
  readonly reference: string;
  readonly subject: VerifiedSubject;
}

/**
 * Verifies an artifact's signatures offline: nothing but its store is asked.
 * @throws KongcrateError NO_SIGNATURE, SIGNATURE_MISMATCH, IDENTITY_MISMATCH, TRUST_MISSING,
 *   NOT_FOUND, DIGEST_MISMATCH, SIZE_MISMATCH, CONTENT_INVALID
 */
export async function verifyArtifact(
  reference: string,
  options: VerifyOptions,
): Promise<VerifiedArtifact> {
  return verifyPinned(reference, createVerifier(options), options);
}

/** Verifies an artifact with a verifier that is there already. */
export async function verifyPinned(
  reference: string,
  verifier: Verifier,
  options: VerifyOptions,
): Promise<VerifiedArtifact> {
  const opened = await openPinned(reference, options, openForReading);
  const { digest } = opened.pinned.descriptor;
  if (options.checkTag === true && opened.tag !== undefined) {
    const tagged = await opened.store.peek(opened.tag, options);
    if (tagged !== digest)
      throw new KongcrateError('IDENTITY_MISMATCH', `tag ${opened.tag} points to ${tagged}`, {
        remedy: `The reference names ${digest}. Decide which of the two is meant.`,
      });
  }
  const subject = await verifyOpened(verifier, opened, options);
  return { reference: opened.format({ digest }), subject };
}
