import type { PluginReceipt } from './receipt.ts';

/** The numeric order of two versions, no finite number when they cannot be compared. */
export type CompareVersions = (one: string, other: string) => number | undefined;

/** What of a step says whether it goes up or down. */
export interface VersionStep {
  readonly installed: Pick<PluginReceipt, 'version'> | undefined;
  readonly receipt: Pick<PluginReceipt, 'version'>;
}

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
