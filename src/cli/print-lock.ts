import type { FactDifference } from '../workflows/compare-facts.ts';
import type { LockChange } from '../workflows/lock/compare-locks.ts';
import type { LockReport } from '../workflows/lock/lock-plugins.ts';

/** What changed, or would, fact by fact; and what became of the file. */
export function renderLock({ state, changes, file }: LockReport): string {
  return [...changes.flatMap(renderChange), `${state} ${file}`].join('\n');
}

function renderChange({ name, change, differences }: LockChange): string[] {
  return [`${change} ${name}`, ...differences.map((one) => `  ${renderDifference(one)}`)];
}

function renderDifference({ what, before, after }: FactDifference): string {
  if (before === undefined) return `+ ${what} ${after ?? ''}`;
  if (after === undefined) return `- ${what} ${before}`;
  return `~ ${what} ${before} -> ${after}`;
}
