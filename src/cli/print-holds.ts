import type { StateNote } from '../install/state-file.ts';
import type { HoldOutcome } from '../workflows/hold-plugins.ts';

/** Since when and why, in one line: Kong's words may have several. */
export function renderNote({ since, reason }: StateNote): string {
  return `since ${since}, ${reason.replaceAll(/\s+/g, ' ')}`;
}

/** One line a plugin: what was done, and the hold that is there now. */
export function renderHolds({ plugins }: HoldOutcome): string {
  return plugins
    .map(({ name, state, hold }) =>
      hold ? `${state} ${name}: ${renderNote(hold)}` : `${state} ${name}`,
    )
    .join('\n');
}
