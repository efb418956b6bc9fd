import { KongcrateError } from '../../errors/kongcrate-error.ts';
import { commonTrustedRoot } from '../policy/common-trusted-root.ts';
import type { Narrowing } from '../policy/rule-demand.ts';
import type { TrustPolicy } from '../policy/trust-policy.ts';
import type { TrustDemand } from '../signer-demand.ts';
import { recordedDemand } from './recorded-demand.ts';
import type { Asked, RecordedTrust } from './trust-question.ts';

/** What policies and flags say about whom to trust. */
export interface GivenTrust {
  readonly policies?: readonly TrustPolicy[];
  /** Of the flags: without a signer it only narrows. */
  readonly demand: Omit<TrustDemand, 'refuses' | 'threshold'> & { readonly threshold?: number };
  readonly trustedRoot?: string;
  readonly allowDowngrade?: boolean;
  readonly allowUnsigned?: boolean;
}

/** What stands in the receipt of something that is to be judged again. */
export interface Recorded {
  /**
   * `repeat`: it is installed once more, as if for the first time; `rollback`: it comes back;
   * `installed`: it is judged as it stands there.
   */
  readonly way: 'repeat' | 'rollback' | 'installed';
  readonly name: string;
  readonly trust: RecordedTrust;
}

/**
 * Decides whom to ask: policies, and the signers of the flags beside them; without either the
 * signers of the receipt, where there is one. Where nobody is left, nobody is trusted.
 * @throws KongcrateError USAGE: flags that loosen a policy, or that nothing can satisfy; NO_SIGNATURE
 *   and SIGNATURE_MISMATCH for a receipt without signers
 */
export function whomToTrust(given: GivenTrust, recorded?: Recorded): Asked {
  refuseLoosening(given);
  const { policies = [], demand, trustedRoot, allowUnsigned = false } = given;
  const root = policies.length > 0 ? commonTrustedRoot(policies) : trustedRoot;
  const rooted = root === undefined ? {} : { trustedRoot: root };
  const demands = demand.signers.length > 0 ? [{ threshold: 1, ...demand }] : [];
  if (policies.length > 0) return { policies, demands, narrowing: narrowingOf(given), ...rooted };
  const isInstall = recorded === undefined || recorded.way === 'repeat';
  if (isInstall && allowUnsigned) refuseDemands(given);
  if (demands.length > 0) return { demands, ...rooted };
  if (isInstall && allowUnsigned) return { demands, allowsUnsigned: true };
  if (recorded) return { ...askRecorded(recorded, given), ...rooted };
  return { demands };
}

/**
 * Refuses what would loosen a policy: flags intersect with it.
 * @throws KongcrateError USAGE
 */
export function refuseLoosening({
  policies: [policy] = [],
  allowUnsigned,
  trustedRoot,
  demand: { log },
}: GivenTrust): void {
  const flag =
    (allowUnsigned === true ? '--allow-unsigned' : undefined) ??
    (trustedRoot === undefined ? undefined : '--trusted-root') ??
    (log === 'waived' ? '--insecure-ignore-tlog' : undefined);
  if (!policy || flag === undefined) return;
  throw new KongcrateError('USAGE', `${flag} would loosen the policy ${policy.file}`, {
    remedy: `Leave ${flag} out: what is allowed stands in the policy alone.`,
  });
}

function narrowingOf({
  demand: { threshold, annotations },
  allowDowngrade,
}: GivenTrust): Narrowing {
  return {
    ...(threshold === undefined ? {} : { threshold }),
    ...(annotations === undefined ? {} : { annotations }),
    ...(allowDowngrade === undefined ? {} : { allowDowngrade }),
  };
}

function askRecorded({ way, name, trust }: Recorded, given: GivenTrust): Asked {
  if (trust.kind === 'signed')
    return { demands: [recordedDemand(name, trust.signers, given.demand)] };
  if (way === 'repeat') return { demands: [] };
  if (way === 'rollback') {
    refuseDemands(given);
    return { demands: [], allowsUnsigned: true };
  }
  throw new KongcrateError(
    'NO_SIGNATURE',
    `${name} is not signed: it was installed with --allow-unsigned`,
    { remedy: 'Install a signed version.' },
  );
}

/** What is demanded of signatures makes no sense where none may be there. */
function refuseDemands({ demand: { signers, threshold, annotations } }: GivenTrust): void {
  const demands = [
    ...(signers.some(({ kind }) => kind === 'key') ? ['--key'] : []),
    ...(signers.some(({ kind }) => kind === 'identity') ? ['--certificate-identity'] : []),
    ...(threshold === undefined ? [] : ['--threshold']),
    ...(annotations === undefined ? [] : ['--annotation']),
  ];
  if (demands.length === 0) return;
  throw new KongcrateError('USAGE', `--allow-unsigned contradicts ${demands.join(' and ')}`, {
    remedy: 'Leave out --allow-unsigned: what is demanded of signatures needs a signature.',
  });
}
