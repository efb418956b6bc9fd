import { decideTrust, obey } from '../signing/decision/decide-trust.ts';
import type { ReplacementQuestion } from '../signing/decision/trust-question.ts';
import type { InstallTrust } from './create-verifier.ts';

interface GivenConsents extends Pick<
  InstallTrust,
  'policies' | 'allowDowngrade' | 'allowUnsigned'
> {
  /** Whether another signer is meant. */
  readonly takesOtherSigners?: boolean;
}

/**
 * Puts a replacement before the decision, with what the flags consent to.
 * @returns a function that throws SIGNATURE_MISMATCH, SIGNER_CHANGED and DOWNGRADE
 */
export function authorizeReplacement(
  way: 'install' | 'rollback',
  { policies = [], ...consents }: GivenConsents,
): (replacement: Pick<ReplacementQuestion, 'installed' | 'offered' | 'isLower'>) => void {
  const underPolicy = policies.length > 0;
  return (replacement) => {
    obey(decideTrust({ replacement: { ...replacement, way, underPolicy, consents } }));
  };
}
