import type { RockspecFacts } from '../../plugin/rockspec.ts';
import { differencesOf, type FactDifference, type Facts } from '../compare-facts.ts';
import type { DiffSide } from './open-side.ts';

type Values = Readonly<Record<string, string | number | undefined>>;

/**
 * What is said of two plugins otherwise. Annotations and rockspecs count where both sides have
 * them: a directory has no manifest, and a layer for Kong has no rockspec.
 */
export function compareSides(before: DiffSide, after: DiffSide): readonly FactDifference[] {
  const [one, other] = [before, after].map(({ plugin }) =>
    factsOf('', { name: plugin?.name, version: plugin?.version, priority: plugin?.priority }),
  );
  return [
    ...differencesOf(one ?? new Map(), other ?? new Map()),
    ...both('annotation ', before.annotations, after.annotations),
    ...both('rockspec ', rockspecOf(before.rockspec), rockspecOf(after.rockspec)),
  ];
}

function both(prefix: string, before?: Values, after?: Values): readonly FactDifference[] {
  if (before === undefined || after === undefined) return [];
  return differencesOf(factsOf(prefix, before), factsOf(prefix, after));
}

function factsOf(prefix: string, values: Values): Facts {
  return new Map(
    Object.entries(values).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, { what: prefix + key, value: String(value) }]],
    ),
  );
}

function rockspecOf(facts: RockspecFacts | undefined): Values | undefined {
  if (facts === undefined) return undefined;
  const { package: name, version, revision, summary, homepage, license, dependencies } = facts;
  const needed = dependencies.map((dependency) =>
    `${dependency.namespace === undefined ? '' : `${dependency.namespace}/`}${dependency.name} ${dependency.constraints}`.trim(),
  );
  return {
    ...{ package: name, version, revision, summary, homepage, license },
    dependencies: needed.length === 0 ? undefined : needed.join(', '),
  };
}
