import { readEach, readIdentity, readKey, type ReadFile } from './read-signers.ts';
import { parseRepositoryPattern, takesAll, type RepositoryPattern } from './repository-pattern.ts';
import { countPossible } from '../check-policy.ts';
import type { SignerDemand } from '../signer-demand.ts';
import type { TrustRule } from './trust-policy.ts';
import { required, type YamlValue } from './yaml-value.ts';

const SIGNERS = ['keys', 'identities'] as const;
/** What is demanded of signatures; whoever takes the signatures away would escape it. */
const DEMANDS = [
  'threshold',
  'log',
  'repository',
  'maximumSignatureAgeDays',
  'signedNames',
] as const;
const FIELDS = ['match', 'unsigned', 'downgrade', ...SIGNERS, ...DEMANDS] as const;
const MAX_SIGNERS = 1000;
const MAX_AGE_DAYS = 36_500;

type RuleFields = Partial<Readonly<Record<(typeof FIELDS)[number], YamlValue>>>;

/** What a rule stands among. */
interface RuleContext {
  readonly readFile: ReadFile;
  /** The patterns of the rules before it, which decide first. */
  readonly earlier: readonly RepositoryPattern[];
}

/**
 * Reads one rule.
 * @throws KongcrateError POLICY_INVALID
 */
export async function readRule(
  rule: YamlValue,
  { readFile, earlier }: RuleContext,
): Promise<TrustRule> {
  const fields = rule.fields(FIELDS);
  const signers = await readSigners(fields, readFile);
  const unsigned = fields.unsigned?.word('allow');
  if (unsigned) refuseDemands(fields);
  else if (signers.length === 0)
    throw rule.invalid('this rule names no signer', 'Add keys or identities, or unsigned: allow.');
  return {
    line: rule.line,
    repositories: required(fields.match, rule, 'match')
      .textItems()
      .map((pattern) => readPattern(pattern, earlier)),
    signers,
    threshold: readThreshold(fields.threshold, signers),
    log: fields.log?.word('required', 'optional') ?? 'optional',
    ...(fields.repository ? { repository: fields.repository.word('strict') } : {}),
    ...(unsigned ? { unsigned } : {}),
    ...(fields.maximumSignatureAgeDays
      ? { maximumSignatureAgeDays: fields.maximumSignatureAgeDays.count(MAX_AGE_DAYS) }
      : {}),
    ...(fields.downgrade ? { downgrade: fields.downgrade.word('forbid') } : {}),
    ...(fields.signedNames ? { signedNames: fields.signedNames.word('required') } : {}),
  };
}

/** A rule that can never decide says something that its author believes and that does not hold. */
function readPattern(value: YamlValue, earlier: readonly RepositoryPattern[]): RepositoryPattern {
  const pattern = value.read(parseRepositoryPattern);
  const first = earlier.find((one) => takesAll(one, pattern));
  if (!first) return pattern;
  throw value.invalid(
    `the rule for ${first.source} decides about all of ${pattern.source} before this one`,
    'Put this rule first, or take it out: the first rule that matches decides.',
  );
}

async function readSigners(
  { keys, identities }: RuleFields,
  readFile: ReadFile,
): Promise<SignerDemand[]> {
  return [
    ...(keys?.items() ?? []).map((key) => ({ kind: 'key' as const, key: readKey(key, readFile) })),
    ...(await readEach(identities, readIdentity)),
  ];
}

function readThreshold(field: YamlValue | undefined, signers: readonly SignerDemand[]): number {
  const threshold = field?.count(MAX_SIGNERS) ?? 1;
  const most = countPossible(signers);
  if (field && threshold > most)
    throw field.invalid(
      `${threshold} signers are demanded, and the rule names ${most}`,
      'Name more signers, or demand fewer.',
    );
  return threshold;
}

function refuseDemands(fields: RuleFields): void {
  for (const name of DEMANDS)
    if (fields[name])
      throw fields[name].invalid(
        `unsigned: allow contradicts ${name}`,
        'Take one of the two out: without a signature there is nothing to demand.',
      );
}
