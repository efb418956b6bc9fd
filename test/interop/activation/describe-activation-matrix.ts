import { beforeAll, it } from 'vitest';
import { describeWithPeers } from '../../support/peers.ts';
import type { Cell } from './cells.ts';
import { expectOutcome } from './expect-outcome.ts';
import { createPublisher, type Publisher } from './publish-plugins.ts';
import { runCell } from './run-cell.ts';
import { startCell } from './start-cell.ts';

/** Runs cells of the activation matrix, each a test with a node of its own. */
export function describeActivationMatrix(cells: readonly Cell[]): void {
  describeWithPeers(['luajit'], 'the activation matrix', () => {
    let publisher: Publisher;

    beforeAll(async () => {
      publisher = await createPublisher();
    });

    it.each(cells.map((cell) => [titleOf(cell), cell] as const))('%s', async (_title, cell) => {
      const started = await startCell(cell, publisher);
      try {
        expectOutcome(await runCell(started));
      } finally {
        await started.kong.stop();
      }
    });
  });
}

function titleOf({ kind, path, node, settingsBy }: Cell): string {
  return `${kind} by ${path}; ${node}, settings by ${settingsBy}`;
}
