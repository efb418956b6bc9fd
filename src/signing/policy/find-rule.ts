import { canonicalRepository } from './canonical-repository.ts';
import type { TrustPolicy, TrustRule } from './trust-policy.ts';

/** A rule as its author knows it: its line and its patterns. */
export interface RuleName {
  readonly line: number;
  readonly match: readonly string[];
}

/** A rule that does not decide, and why not. */
export interface PassedOver extends RuleName {
  readonly reason: string;
}

/** The rule that decides, and the rules before it: all of them where there is none. */
interface FoundRule {
  /** The repository in its canonical spelling. */
  readonly repository: string;
  readonly decides?: TrustRule;
  readonly rule?: RuleName;
  readonly passedOver: readonly PassedOver[];
}

/** Finds the rule for a repository: the first one that matches. What is no repository has none. */
export function findRule({ rules }: TrustPolicy, name: string): FoundRule {
  const repository = canonicalRepository(name);
  const index =
    repository === undefined
      ? -1
      : rules.findIndex(({ repositories }) =>
          repositories.some(({ expression }) => expression.test(repository)),
        );
  const decides = rules[index];
  const passedOver = (decides ? rules.slice(0, index) : rules).map((rule) => ({
    ...nameOf(rule),
    reason:
      repository === undefined
        ? `${JSON.stringify(name)} is no repository`
        : `does not match ${repository}`,
  }));
  const found = { repository: repository ?? name, passedOver };
  return decides ? { ...found, decides, rule: nameOf(decides) } : found;
}

function nameOf({ line, repositories }: TrustRule): RuleName {
  return { line, match: repositories.map(({ source }) => source) };
}
