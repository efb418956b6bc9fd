import { KongcrateError } from '../errors/kongcrate-error.ts';
import { createSignatureVerifier } from '../signing/create-signature-verifier.ts';
import { createUnsignedVerifier } from '../signing/create-unsigned-verifier.ts';
import {
  createPolicyVerifier,
  type PolicyVerifierOptions,
} from '../signing/policy/create-policy-verifier.ts';
import type { Narrowing } from '../signing/policy/rule-demand.ts';
import type { TrustPolicy } from '../signing/policy/trust-policy.ts';
import type { PublicKey } from '../signing/public-key.ts';
import type { IdentityDemand, LogDemand, TrustDemand } from '../signing/signer-demand.ts';
import type { VerifierPolicy } from '../signing/verifier-policy.ts';
import type { Verifier } from '../signing/verifier.ts';

/** Whom to trust: the flags that `verify`, `install` and `pull` share. */
export interface TrustOptions
  extends
    Partial<Pick<TrustDemand, 'annotations' | 'threshold'>>,
    Omit<VerifierPolicy, 'demands' | 'approve' | 'attestation'> {
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
  /** Is told what each policy says of what is allowed. */
  readonly onDecisions?: NonNullable<PolicyVerifierOptions['onDecisions']>;
}

/**
 * Builds the verifier that the flags ask for.
 * @param trust an `attestation` only where nothing is installed of what is verified
 * @param allowUnsigned accepts an artifact for which every place answered "no signature"
 * @throws KongcrateError TRUST_MISSING, USAGE
 */
export function createVerifier(
  trust: TrustOptions & Pick<VerifierPolicy, 'attestation'>,
  allowUnsigned = false,
): Verifier {
  const { policies = [] } = trust;
  if (policies.length > 0) {
    refuseLoosening({ ...trust, allowUnsigned });
    return createPolicyVerifier({ ...trust, policies, narrowing: narrowingOf(trust) });
  }
  if (allowUnsigned) {
    refuseDemands(trust);
    return createUnsignedVerifier(trust);
  }
  return createSignatureVerifier({ ...trust, demands: [demandOf(trust)] });
}

/** Whether somebody is named whose signatures count. */
export function namesSigner(trust: TrustOptions): boolean {
  const { keys = [], identities = [], policies = [] } = trust;
  return keys.length + identities.length + policies.length > 0;
}

/**
 * Refuses what would loosen a policy: flags intersect with it.
 * @throws KongcrateError USAGE
 */
export function refuseLoosening({
  policies: [policy] = [],
  allowUnsigned,
  trustedRoot,
  log,
}: TrustOptions & { readonly allowUnsigned?: boolean }): void {
  const flag =
    (allowUnsigned === true ? '--allow-unsigned' : undefined) ??
    (trustedRoot === undefined ? undefined : '--trusted-root') ??
    (log === 'waived' ? '--insecure-ignore-tlog' : undefined);
  if (!policy || flag === undefined) return;
  throw new KongcrateError('USAGE', `${flag} would loosen the policy ${policy.file}`, {
    remedy: `Leave ${flag} out: what is allowed stands in the policy alone.`,
  });
}

function narrowingOf(trust: TrustOptions): Narrowing {
  const { threshold, allowDowngrade } = trust;
  const { signers, annotations, log } = demandOf(trust);
  return {
    signers,
    ...(threshold === undefined ? {} : { threshold }),
    ...(annotations === undefined ? {} : { annotations }),
    ...(log === undefined ? {} : { log }),
    ...(allowDowngrade === undefined ? {} : { allowDowngrade }),
  };
}

/** What the flags demand of signatures. */
function demandOf(trust: TrustOptions): TrustDemand {
  const { keys = [], identities = [], threshold = 1, log, annotations } = trust;
  return {
    signers: [...keys.map((key) => ({ kind: 'key', key }) as const), ...identities],
    threshold,
    ...(log === undefined ? {} : { log }),
    ...(annotations === undefined ? {} : { annotations }),
  };
}

/** What is demanded of signatures makes no sense where none may be there. */
function refuseDemands({ keys = [], identities = [], threshold, annotations }: TrustOptions): void {
  const demands = [
    ...(keys.length > 0 ? ['--key'] : []),
    ...(identities.length > 0 ? ['--certificate-identity'] : []),
    ...(threshold === undefined ? [] : ['--threshold']),
    ...(annotations === undefined ? [] : ['--annotation']),
  ];
  if (demands.length === 0) return;
  throw new KongcrateError('USAGE', `--allow-unsigned contradicts ${demands.join(' and ')}`, {
    remedy: 'Leave out --allow-unsigned: what is demanded of signatures needs a signature.',
  });
}
