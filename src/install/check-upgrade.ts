import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { InstallStep } from './plan-install.ts';

/** The numeric order of two versions, no finite number when they cannot be compared. */
export type CompareVersions = (one: string, other: string) => number | undefined;

/** What of a step says whether it goes up or down. */
export type VersionStep = Pick<InstallStep, 'installed' | 'receipt'>;

/** Above zero for a higher version than the installed one; NaN when the two cannot be compared. */
export function orderOf(
  { installed, receipt }: VersionStep,
  compareVersions: CompareVersions,
): number {
  if (installed?.version === undefined || receipt.version === undefined) return NaN;
  const order = compareVersions(receipt.version, installed.version) ?? NaN;
  // Versions with hundreds of digits compare to no finite number.
  return Number.isFinite(order) ? order : NaN;
}

/**
 * Refuses to replace what is signed by what is not, and a version by a lower one.
 * @throws KongcrateError SIGNATURE_MISMATCH, DOWNGRADE
 */
export function checkUpgrade(step: InstallStep, compareVersions: CompareVersions): void {
  const { installed, receipt, request } = step;
  if (!installed) return;
  if (receipt.trust.kind === 'unsigned' && installed.trust.kind === 'signed')
    throw new KongcrateError(
      'SIGNATURE_MISMATCH',
      `${receipt.name} is installed with a signature, and ${receipt.digest} has none`,
      { remedy: 'Install a signed artifact, or go back with kongcrate rollback.' },
    );
  if (request.allowDowngrade === true || !(orderOf(step, compareVersions) < 0)) return;
  const { version: from = '' } = installed;
  const { name, version: to = '' } = receipt;
  throw new KongcrateError('DOWNGRADE', `${name} ${to} is older than ${from}`, {
    remedy: 'Give --allow-downgrade to install it all the same, or use kongcrate rollback.',
    details: { name, installed: from, offered: to },
  });
}
