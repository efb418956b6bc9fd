import type { Replacement } from '../install/check-requests.ts';
import { decideTrust, obey } from '../signing/decision/decide-trust.ts';
import type { InstallTrust } from './create-verifier.ts';

/**
 * Puts a replacement before the decision, with what the flags consent to.
 * @returns a function that throws SIGNATURE_MISMATCH, SIGNER_CHANGED and DOWNGRADE
 */
export function authorizeReplacement(
  way: 'install' | 'rollback',
  { policies = [], allowDowngrade = false, allowUnsigned = false, expectedName }: InstallTrust,
): (replacement: Replacement) => void {
  const consents = { allowDowngrade, allowUnsigned, namesPlugin: expectedName !== undefined };
  const underPolicy = policies.length > 0;
  return (replacement) => {
    obey(decideTrust({ replacement: { ...replacement, way, underPolicy, consents } }));
  };
}
