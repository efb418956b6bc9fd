import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { CallOptions } from '../content/content-store.ts';
import type { VerifiedSubject } from '../content/verified-subject.ts';
import {
  createKeyVerifier,
  createUnsignedVerifier,
  type Verifier,
} from '../signing/create-key-verifier.ts';
import type { PublicKey } from '../signing/public-key.ts';
import { openPinned } from './open-store.ts';

/** Whom to trust: the flags that `verify`, `install` and `pull` share. */
export interface TrustOptions {
  /** Public keys, any of which may sign. */
  readonly keys?: readonly PublicKey[];
  /** How many distinct keys must have signed; default 1. */
  readonly threshold?: number;
  /** Annotations that must be signed, compared as texts. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** The plugin name that the signed manifest must carry. */
  readonly expectedName?: string;
  /** How many bundles are read before a clear refusal; default 100. */
  readonly maxBundles?: number;
}

/**
 * Builds the verifier that the flags ask for.
 * @param allowUnsigned accepts an artifact for which every place answered "no signature"
 * @throws KongcrateError TRUST_MISSING, USAGE
 */
export function createVerifier(trust: TrustOptions, allowUnsigned = false): Verifier {
  const keys = trust.keys ?? [];
  if (keys.length > 0) {
    if (allowUnsigned)
      throw new KongcrateError('USAGE', '--key and --allow-unsigned contradict each other', {
        remedy: 'Leave out --allow-unsigned: with a key the artifact must be signed by it.',
      });
    return createKeyVerifier({ ...trust, keys, threshold: trust.threshold ?? 1 });
  }
  if (!allowUnsigned)
    throw new KongcrateError('TRUST_MISSING', 'nothing says whom to trust', {
      remedy: 'Name the signer with --key cosign.pub.',
    });
  return createUnsignedVerifier(trust);
}

export interface VerifyOptions extends CallOptions, TrustOptions {
  readonly as?: string;
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
  const verifier = createVerifier(options);
  const opened = await openPinned(reference, options);
  const { digest } = opened.pinned.descriptor;
  if (options.checkTag === true && opened.tag !== undefined) {
    const tagged = await opened.store.resolve(opened.tag, options);
    if (tagged.digest !== digest)
      throw new KongcrateError(
        'IDENTITY_MISMATCH',
        `tag ${opened.tag} points to ${tagged.digest}`,
        {
          remedy: `The reference names ${digest}. Decide which of the two is meant.`,
        },
      );
  }
  const subject = await verifier.verify(opened.pinned, opened.store, options);
  return { reference: opened.format({ digest }), subject };
}
