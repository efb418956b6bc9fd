import { beforeAll, expect, it } from 'vitest';
import { describeWithPeers } from '../../support/peers.ts';
import { REGISTRIES, whyImpossible, type Cell, type RegistryKind } from './cells.ts';
import { expectOutcome } from './expect-outcome.ts';
import { runCell } from './run-cell.ts';
import { startPlaces, type Place } from './start-places.ts';
import { writePlugin } from './write-plugin.ts';

/** Runs cells of the swap matrix, each a test, on two registries that want a login. */
export function describeSwapMatrix(cells: readonly Cell[]): void {
  const programs = ['tar', 'cosign2', 'cosign3', 'docker', 'crane'] as const;
  describeWithPeers([...programs, 'docker-registry', 'htpasswd'], 'the swap matrix', () => {
    let places: Readonly<Record<RegistryKind, Place>>;
    const sources = new Map<number, string>();

    beforeAll(async () => {
      places = await startPlaces();
      for (const { fileCount } of cells)
        if (!sources.has(fileCount)) sources.set(fileCount, writePlugin(fileCount));
    });

    it.each(REGISTRIES)('%s wants a login', async (kind) => {
      const response = await fetch(`http://${places[kind].host}/v2/`);
      expect(response.status).toBe(401);
    });

    it.each(cells.map((cell) => [titleOf(cell), cell] as const))('%s', async (_title, cell) => {
      const { choice, registry, fileCount } = cell;
      const input = { choice, source: sources.get(fileCount) ?? '', place: places[registry] };
      await expectOutcome(await runCell(input), input);
    });
  });
}

function titleOf({ title, choice, registry, fileCount }: Cell): string {
  const reason = whyImpossible(choice);
  const impossible = reason === undefined ? '' : `; verify cannot work: ${reason}`;
  return `${title}; ${fileCount} files, ${registry}${impossible}`;
}
