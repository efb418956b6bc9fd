import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Figure } from '../figure.ts';
import { ROOT } from '../lab/root.ts';

/** What one experiment gave, as it stands in bench/results/. */
export interface Result {
  readonly experiment: string;
  /** The day, as 2026-01-31. */
  readonly day: string;
  /** Processor, Node.js and the programs compared with. */
  readonly machine: string;
  readonly figures: readonly Figure[];
}

const DIRECTORY = join(ROOT, 'bench', 'results');

export function writeResult(result: Result): void {
  mkdirSync(DIRECTORY, { recursive: true });
  const file = join(DIRECTORY, `${result.experiment}.json`);
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
}

/** The last result of every experiment that was run. */
export function readResults(): readonly Result[] {
  return readdirSync(DIRECTORY)
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(join(DIRECTORY, name), 'utf8')) as Result);
}
