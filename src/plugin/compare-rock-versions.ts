import { kongVersionParts } from './kong-version.ts';
import type { RockspecFacts } from './rockspec.ts';

/** LuaRocks, core/vers.lua: what comes before the release; every other word comes behind it. */
const BEFORE_RELEASE = ['alpha', 'beta', 'pre', 'rc'];
const DEVELOPMENT = /^(?:scm|dev|cvs|git|main|master)\b/;

/**
 * Orders two rockspecs as LuaRocks does; what is no release (`scm`, a template) is lower than any,
 * since nobody gets it without asking for it.
 * @returns negative, 0 or positive
 */
export function compareRockVersions(a: RockspecFacts, b: RockspecFacts): number {
  const [left, right] = [weights(a), weights(b)];
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return (a.revision ?? 0) - (b.revision ?? 0);
}

function weights({ version }: RockspecFacts): readonly number[] {
  const isRelease = kongVersionParts(version) !== undefined && !DEVELOPMENT.test(version);
  const words = version.toLowerCase().match(/\d+|[a-z]+/g) ?? [];
  return [isRelease ? 1 : 0, ...words.map(weightOf)];
}

function weightOf(word: string): number {
  if (/^\d/.test(word)) return Number(word);
  const rank = BEFORE_RELEASE.indexOf(word);
  return rank < 0 ? (word.codePointAt(0) ?? 0) / 1000 : rank - BEFORE_RELEASE.length;
}
