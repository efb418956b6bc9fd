import type { WorkflowClaims } from '../content/verified-subject.ts';
import type { KongcrateError } from '../errors/kongcrate-error.ts';
import type { IdentifiedSignature } from './identified-signature.ts';
import type { PublicKey } from './public-key.ts';
import type { TextDemand } from './text-demand.ts';

/** A signer that is accepted: whoever holds this key. */
export interface KeyDemand {
  readonly kind: 'key';
  readonly key: PublicKey;
}

/** A signer that is accepted: whom the issuer knew by this name when the certificate was made. */
export interface IdentityDemand {
  readonly kind: 'identity';
  /** The subject alternative name of the certificate. */
  readonly identity: TextDemand;
  /** Who vouched for it. Without it any issuer could call anybody so. */
  readonly issuer: TextDemand;
  /** What a certificate of GitHub Actions must say of the workflow, exactly. */
  readonly workflow?: WorkflowClaims;
}

export type SignerDemand = KeyDemand | IdentityDemand;

/**
 * Which entries in a transparency log a signature needs. Entries of a log that the trusted root
 * does not know are set aside, those of a known one must hold in any case.
 * - `required`: every signature needs one, of a key too
 * - `optional`: keys need none, a certificate one or else a signed timestamp
 * - `waived` (`--insecure-ignore-tlog`): none is needed, but a certificate needs a timestamp
 *
 * Without any of them keys need none, and certificates need one.
 */
export type LogDemand = 'required' | 'optional' | 'waived';

/** Whose signatures count, and how many distinct signers there must be. */
export interface TrustDemand {
  /** Any of them may sign. */
  readonly signers: readonly SignerDemand[];
  /** Distinct signers: by `signerIdOf`, in however many formats one has signed. */
  readonly threshold: number;
  readonly log?: LogDemand;
  /** Annotations every counted signature must have signed with exactly these values (`-a k=v`). */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Why a signature does not count although it meets all that: such as a revoked signer's. */
  readonly refuses?: (signature: IdentifiedSignature) => KongcrateError | undefined;
}
