import type { FactDifference } from '../compare-facts.ts';
import { withSpools } from '../with-spools.ts';
import { compareFiles, type FileDifference } from './compare-files.ts';
import { compareSides } from './compare-sides.ts';
import { filesToCompare, openSide, type DiffOptions, type DiffSide } from './open-side.ts';

export type { DiffOptions } from './open-side.ts';

export interface PluginDiff {
  /** Whether files or facts differ. */
  readonly isDifferent: boolean;
  readonly before: Pick<DiffSide, 'target' | 'kind'>;
  readonly after: Pick<DiffSide, 'target' | 'kind'>;
  /** Name, version, priority; annotations and rockspec where both sides have them. */
  readonly facts: readonly FactDifference[];
  /** Sorted by path in byte order. */
  readonly files: readonly FileDifference[];
}

/**
 * Compares two plugins, each a directory of sources, a rockspec, an archive of any form, or a
 * reference: the files that a node would get of them, and what is said of them. Decides nothing
 * about trust.
 * @throws KongcrateError SOURCE_UNREADABLE, PLUGIN_REFUSED (a directory without a plugin),
 *   ARCHIVE_REFUSED, CONTENT_INVALID, NOT_FOUND, REFERENCE_INVALID, and as registries answer
 */
export function diffPlugins(
  before: string,
  after: string,
  options: DiffOptions = {},
): Promise<PluginDiff> {
  return withSpools(undefined, options, async (spooling) => {
    const one = await openSide(before, { ...options, spooling });
    const other = await openSide(after, { ...options, spooling });
    const facts = compareSides(one, other);
    const files = compareFiles(...filesToCompare(one, other));
    return {
      isDifferent: facts.length + files.length > 0,
      before: { target: one.target, kind: one.kind },
      after: { target: other.target, kind: other.kind },
      facts,
      files,
    };
  });
}
