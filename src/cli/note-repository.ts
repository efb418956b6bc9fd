import { parseRepositoryName } from '../reference/reference.ts';
import type { Reporter } from './reporter.ts';

/** Says what a short `--as` stands for: the full name is what signatures and receipts carry. */
export function noteRepository(as: string | undefined, reporter: Pick<Reporter, 'note'>): void {
  const repository = as === undefined ? undefined : parseRepositoryName(as);
  if (repository !== as) reporter.note(`--as ${as ?? ''} is the repository ${repository ?? ''}`);
}
