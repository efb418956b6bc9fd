import { parseSections } from './parse-sections.ts';
import { readRevoked } from './read-revoked.ts';
import { readRule } from './read-rule.ts';
import type { ReadFile } from './read-signers.ts';
import type { RepositoryPattern } from './repository-pattern.ts';
import type { TrustPolicy, TrustRule } from './trust-policy.ts';
import { required, type YamlValue } from './yaml-value.ts';

/** What a policy needs beside its own text. */
export interface PolicySource {
  /** The name under which messages speak of the file. */
  readonly file: string;
  readonly readFile: ReadFile;
}

/**
 * Reads a policy: `version: 1` and `trust:`, as docs/policy.md describes it. Whatever it does not
 * know is refused: a rule that is half understood might allow what its author forbade.
 * @throws KongcrateError POLICY_INVALID with line, column and what is allowed there
 */
export async function parseTrustPolicy(
  bytes: Uint8Array,
  source: PolicySource,
): Promise<TrustPolicy> {
  const { root, trust } = parseSections(bytes, source.file);
  return readTrust(required(trust, root, 'trust'), source);
}

/**
 * Reads the section `trust:`; throws as {@link parseTrustPolicy}.
 */
export async function readTrust(
  trust: YamlValue,
  { file, readFile }: PolicySource,
): Promise<TrustPolicy> {
  const { rules, revoked, trustedRoot } = trust.fields(['rules', 'revoked', 'trustedRoot']);
  return {
    file,
    rules: await readRules(required(rules, trust, 'rules'), readFile),
    revoked: await readRevoked(revoked, readFile),
    ...(trustedRoot ? { trustedRoot: trustedRoot.read(readFile) } : {}),
  };
}

async function readRules(rules: YamlValue, readFile: ReadFile): Promise<TrustRule[]> {
  const earlier: RepositoryPattern[] = [];
  const read: TrustRule[] = [];
  for (const value of rules.items()) {
    const rule = await readRule(value, { readFile, earlier });
    earlier.push(...rule.repositories);
    read.push(rule);
  }
  return read;
}
