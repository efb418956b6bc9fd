import type { HoldOutcome } from '../workflows/hold-plugins.ts';

/** One line a plugin: what was done, and the hold that is there now. */
export function renderHolds({ plugins }: HoldOutcome): string {
  return plugins
    .map(({ name, state, hold }) =>
      hold ? `${state} ${name}: since ${hold.since}, ${hold.reason}` : `${state} ${name}`,
    )
    .join('\n');
}
