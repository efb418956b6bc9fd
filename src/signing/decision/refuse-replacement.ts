import { signerIdOf, type SignerName } from '../../content/signer-id.ts';
import { KongcrateError } from '../../errors/kongcrate-error.ts';
import type { PluginFacts, ReplacementQuestion } from './trust-question.ts';

/**
 * Why an artifact that may be here must not replace what is here. A rollback goes back to a lower
 * version, and to the signers of that time, on purpose.
 * @returns SIGNATURE_MISMATCH, SIGNER_CHANGED or DOWNGRADE; undefined where it may
 */
export function refuseReplacement(question: ReplacementQuestion): KongcrateError | undefined {
  const { way, consents, installed, offered, isLower } = question;
  if (installed.trust.kind === 'signed' && offered.trust.kind === 'unsigned')
    return way === 'rollback' ? refuseLoss(question) : unsignedOverSigned(offered);
  if (way === 'rollback') return undefined;
  const changed = consents.takesOtherSigners === true ? undefined : refuseOtherSigners(question);
  if (changed) return changed;
  return isLower && consents.allowDowngrade !== true ? downgrade(installed, offered) : undefined;
}

function unsignedOverSigned({ name, digest }: PluginFacts): KongcrateError {
  return new KongcrateError(
    'SIGNATURE_MISMATCH',
    `${name} is installed with a signature, and ${digest} has none`,
    { remedy: 'Install a signed artifact, or go back with kongcrate rollback.' },
  );
}

function refuseLoss(question: ReplacementQuestion): KongcrateError | undefined {
  const { offered, consents, underPolicy } = question;
  if (consents.allowUnsigned === true && !underPolicy) return undefined;
  const { name, version, digest } = offered;
  return new KongcrateError(
    'SIGNATURE_MISMATCH',
    `${name} is signed now, and ${version ?? digest} never was`,
    {
      remedy: underPolicy
        ? 'Install a signed version: under a policy nothing unsigned replaces what is signed.'
        : 'Go back to it all the same with --allow-unsigned, or install a signed version.',
    },
  );
}

/**
 * A name is a claim of whoever signed, and the receipt knows who that was. Any of several signers
 * whom a policy names may sign, but the next version comes from one of those who signed this one.
 */
function refuseOtherSigners({
  installed,
  offered,
}: ReplacementQuestion): KongcrateError | undefined {
  const { name } = offered;
  if (installed.trust.kind !== 'signed' || offered.trust.kind !== 'signed') return undefined;
  if (installed.digest === offered.digest) return undefined;
  const known = new Set(installed.trust.signers.map(signerIdOf));
  const signers = offered.trust.signers.map(signerIdOf);
  if (signers.some((signer) => known.has(signer))) return undefined;
  const before = installed.trust.signers.map(shortName).join(', ');
  return new KongcrateError('SIGNER_CHANGED', `${name} was signed by ${before}, and this is not`, {
    remedy: 'If the signer changed with your consent, give --allow-signer-change.',
    details: { name, installed: [...known], offered: signers },
  });
}

function shortName(signer: SignerName): string {
  return signer.kind === 'key' ? signer.keyId.slice(0, 16) : `${signer.subject} (${signer.issuer})`;
}

function downgrade(installed: PluginFacts, offered: PluginFacts): KongcrateError {
  const { version: from = '' } = installed;
  const { name, version: to = '' } = offered;
  return new KongcrateError('DOWNGRADE', `${name} ${to} is older than ${from}`, {
    remedy: 'Give --allow-downgrade to install it all the same, or use kongcrate rollback.',
    details: { name, installed: from, offered: to },
  });
}
