import { KongcrateError } from '../../errors/kongcrate-error.ts';
import { canonicalRepository } from '../../signing/policy/canonical-repository.ts';
import type { MirrorRule, Mirrors } from './mirror-rule.ts';

/** A rule for one repository. */
export interface FoundRule {
  readonly rule: MirrorRule;
  /** What follows the prefix in the repository's name: a path that begins with `/`, or nothing. */
  readonly rest: string;
}

/** Finds the rule that says where a repository is read: the longest prefix of the first list with any. */
export function findRule({ lists }: Mirrors, repository: string): FoundRule | undefined {
  return lists.map((list) => longest(list, repository)).find((found) => found !== undefined);
}

/**
 * Stops what a file blocks, whatever another one says.
 * @throws KongcrateError REGISTRY_BLOCKED
 */
export function refuseBlocked({ lists }: Mirrors, repository: string): void {
  for (const list of lists) {
    const { rule } = longest(list, repository) ?? {};
    if (rule?.isBlocked !== true) continue;
    throw new KongcrateError('REGISTRY_BLOCKED', `${rule.origin} blocks ${repository}`, {
      remedy: `Use another registry, or ask whoever keeps that file about ${rule.prefix}.`,
      details: { prefix: rule.prefix, origin: rule.origin },
    });
  }
}

function longest(list: readonly MirrorRule[], repository: string): FoundRule | undefined {
  const name = canonicalRepository(repository) ?? repository;
  const found = list.flatMap((rule) => {
    const taken = takenBy(rule.prefix, name);
    return taken === undefined ? [] : [{ rule, taken, rest: name.slice(taken) }];
  });
  // A host written out is nearer than a star for it, and `*.a.example` than `*.example`.
  const [best] = found.sort(
    (a, b) =>
      b.taken - a.taken ||
      Number(isWildcard(a.rule)) - Number(isWildcard(b.rule)) ||
      b.rule.prefix.length - a.rule.prefix.length,
  );
  return best;
}

const isWildcard = ({ prefix }: MirrorRule): boolean => prefix.startsWith('*.');

/** How many characters of a name a prefix takes: whole segments, or a whole host. */
function takenBy(prefix: string, name: string): number | undefined {
  if (prefix.startsWith('*.')) {
    const host = name.slice(0, name.indexOf('/'));
    // A port is no way around a rule for every host below another.
    const isBelow = [host, host.replace(/:\d+$/, '')].some((one) => one.endsWith(prefix.slice(1)));
    return isBelow ? host.length : undefined;
  }
  return `${name}/`.startsWith(`${prefix}/`) ? prefix.length : undefined;
}
