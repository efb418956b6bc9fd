import { wholeOf } from '../content/byte-source.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { compareRockVersions } from './compare-rock-versions.ts';
import { groupBy } from './group-by.ts';
import { readRockModules, type RockModule } from './rock-modules.ts';
import { readRockspec, type RockspecFacts } from './rockspec.ts';
import type { SourceFile } from './source-file.ts';

/** A rockspec with the files that it takes from the source. */
export interface Rock {
  readonly rockspec: RockspecFacts;
  readonly modules: readonly RockModule[];
  /** Rockspecs of the same package and directory that have a lower version. */
  readonly older: readonly RockspecFacts[];
}

/** The one rockspec that counts, where it was named. */
export interface GivenRockspec {
  /** Relative to the source. */
  readonly path: string;
  /** Whether the source is an unpacked rock. */
  readonly isBuilt: boolean;
}

/** The rockspecs of one directory: of each package the highest version. */
export interface RockShelf {
  /** Empty for the top, else with a `/` at its end. */
  readonly directory: string;
  readonly rocks: readonly Rock[];
  /** What is wrong with those that cannot be read: it counts only where one of them is needed. */
  readonly problems: readonly KongcrateError[];
}

/** Each is held against all files: this many take a second with 20,000 files. */
const MAX_ROCKSPECS = 1_000;

/**
 * Reads every rockspec of a source, by directory, or the given one.
 * @throws KongcrateError PLUGIN_REFUSED: more rockspecs than any repository has, or the given one is
 *   no visible file
 */
export function readRocks(
  files: readonly SourceFile[],
  given?: GivenRockspec,
): ReadonlyMap<string, RockShelf> {
  const rockspecs = files
    .filter(({ path, kind }) => kind === 'file' && path.endsWith('.rockspec'))
    .filter(({ path }) => given === undefined || path === given.path);
  if (given !== undefined && rockspecs.length === 0) throw leftOut(given);
  if (rockspecs.length > MAX_ROCKSPECS)
    throw new KongcrateError('PLUGIN_REFUSED', `there are ${rockspecs.length} rockspecs`, {
      remedy: 'Give the directory of one plugin, or name the others in .kongcrateignore.',
      details: { reason: 'TOO_MUCH' },
    });
  const byDirectory = groupBy(rockspecs, ({ path }) => path.slice(0, path.lastIndexOf('/') + 1));
  const isBuilt = given?.isBuilt === true;
  return new Map(
    [...byDirectory].map(([directory, shelf]) => [
      directory,
      { directory, ...readShelf(shelf, files, isBuilt) },
    ]),
  );
}

function leftOut({ path }: GivenRockspec): KongcrateError {
  return new KongcrateError('PLUGIN_REFUSED', `${path} is hidden, a link, or left out`, {
    remedy: 'Take it out of .kongcrateignore, or give the directory.',
    details: { reason: 'ROCKSPEC_LEFT_OUT', file: path },
  });
}

function readShelf(
  rockspecs: readonly SourceFile[],
  files: readonly SourceFile[],
  isBuilt: boolean,
): Omit<RockShelf, 'directory'> {
  const problems: KongcrateError[] = [];
  const orNone = <Result>(read: () => Result): readonly Result[] => {
    try {
      return [read()];
    } catch (error) {
      if (!(error instanceof KongcrateError)) throw error;
      problems.push(error);
      return [];
    }
  };
  const readable = rockspecs.flatMap(({ path, bytes }) =>
    orNone(() => readRockspec(path, new TextDecoder().decode(wholeOf(bytes)), isBuilt)),
  );
  const packages = [...groupBy(readable, (rockspec) => rockspec.package).values()];
  const rocks = packages
    .map((versions) => versions.toSorted((a, b) => compareRockVersions(b, a)))
    .flatMap(([rockspec, ...older]) =>
      rockspec === undefined
        ? []
        : orNone(() => ({ rockspec, modules: readRockModules(rockspec, files), older })),
    );
  return { rocks, problems };
}
