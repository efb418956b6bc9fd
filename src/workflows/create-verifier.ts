import { createSignatureVerifier } from '../signing/create-signature-verifier.ts';
import { whomToTrust, type GivenTrust, type Recorded } from '../signing/decision/whom-to-trust.ts';
import type { TrustPolicy } from '../signing/policy/trust-policy.ts';
import type { PublicKey } from '../signing/public-key.ts';
import type { IdentityDemand, LogDemand, TrustDemand } from '../signing/signer-demand.ts';
import type { VerifierPolicy } from '../signing/verifier-policy.ts';
import type { Verifier } from '../signing/verifier.ts';

/** Whom to trust: the flags that `verify`, `install` and `pull` share. */
export interface TrustOptions
  extends
    Partial<Pick<TrustDemand, 'annotations' | 'threshold'>>,
    Omit<VerifierPolicy, 'demands' | 'narrowing' | 'allowsUnsigned' | 'policies' | 'attestation'> {
  /** Public keys, any of which may sign. */
  readonly keys?: readonly PublicKey[];
  /** Identities, any of which may have signed with a certificate. */
  readonly identities?: readonly IdentityDemand[];
  /** Which log entries are needed; without it keys need none, identities one. */
  readonly log?: LogDemand;
  /** Policies, all of which have to allow it; everything else here only narrows them. */
  readonly policies?: readonly TrustPolicy[];
  /** Whether `--allow-downgrade` is given, which a policy may forbid. */
  readonly allowDowngrade?: boolean;
}

/** {@link TrustOptions} of a command that takes what nobody signed, if it is told to. */
export interface InstallTrust extends TrustOptions {
  /** Takes what nobody signed, if every place says so; never over a plugin that is signed. */
  readonly allowUnsigned?: boolean;
}

/**
 * Builds the verifier that the flags ask for.
 * @param trust an `attestation` only where nothing is installed of what is verified
 * @param recorded the receipt of what is judged again: its signers count where nobody is named
 * @throws KongcrateError TRUST_MISSING, USAGE; NO_SIGNATURE and SIGNATURE_MISMATCH for a receipt
 *   without signers
 */
export function createVerifier(
  trust: InstallTrust & Pick<VerifierPolicy, 'attestation'>,
  recorded?: Recorded,
): Verifier {
  return createSignatureVerifier({ ...trust, ...whomToTrust(givenBy(trust), recorded) });
}

/** Whether somebody is named whose signatures count. */
export function namesSigner(trust: TrustOptions): boolean {
  const { keys = [], identities = [], policies = [] } = trust;
  return keys.length + identities.length + policies.length > 0;
}

/** What the flags say, as the decision takes it. */
export function givenBy(trust: InstallTrust): GivenTrust {
  const { policies, trustedRoot, allowDowngrade, allowUnsigned } = trust;
  const { keys = [], identities = [], threshold, log, annotations } = trust;
  return {
    demand: {
      signers: [...keys.map((key) => ({ kind: 'key', key }) as const), ...identities],
      ...(threshold === undefined ? {} : { threshold }),
      ...(log === undefined ? {} : { log }),
      ...(annotations === undefined ? {} : { annotations }),
    },
    ...(policies === undefined ? {} : { policies }),
    ...(trustedRoot === undefined ? {} : { trustedRoot }),
    ...(allowDowngrade === undefined ? {} : { allowDowngrade }),
    ...(allowUnsigned === undefined ? {} : { allowUnsigned }),
  };
}
