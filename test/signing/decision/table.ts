/** The dimensions of the decision; `''` is nobody, or nothing. */
export const DIMENSIONS = {
  way: ['verify', 'install', 'repeat', 'rollback', 'restored', 'installed'],
  /** Who says whom to trust. */
  source: ['flags', '--key', 'A', 'A or B', 'A and B', 'unsigned', 'A, no downgrade'],
  /** What the policy revokes. */
  revoked: ['', 'digest', 'A'],
  /** Who signed the artifact. */
  signed: ['', 'A', 'B', 'AB'],
  /** Who stands in the receipt of what is judged again. */
  recorded: ['', 'A', 'AB'],
  /** Who signed what is live under the same name. */
  live: ['absent', '', 'A', 'B'],
  order: ['lower', 'higher'],
  consents: ['', 'downgrade', 'unsigned', 'named'],
} as const;

export type Row = {
  readonly [Name in keyof typeof DIMENSIONS]: (typeof DIMENSIONS)[Name][number];
};

/** Every combination that some command can meet, each once. */
export function rows(): readonly Row[] {
  const all = Object.entries(DIMENSIONS).reduce<readonly object[]>(
    (some, [name, values]) =>
      some.flatMap((row) => values.map((value) => ({ ...row, [name]: value }))),
    [{}],
  ) as readonly Row[];
  return all.filter(isPossible);
}

const FLAGS: Readonly<Record<Row['way'], readonly Row['consents'][]>> = {
  verify: [''],
  install: ['', 'downgrade', 'unsigned', 'named'],
  repeat: ['', 'downgrade', 'unsigned', 'named'],
  rollback: ['', 'unsigned'],
  restored: [''],
  installed: [''],
};

/** Where a dimension says nothing it stays at its first value. */
function isPossible({ way, source, revoked, recorded, live, order, consents }: Row): boolean {
  const hasReceipt = ['repeat', 'rollback', 'restored', 'installed'].includes(way);
  const replaces = way === 'install' || way === 'rollback';
  return (
    FLAGS[way].includes(consents) &&
    (isPolicy(source) || revoked === '') &&
    (hasReceipt || recorded === '') &&
    (replaces || live === 'absent') &&
    (live !== 'absent' || order === 'lower')
  );
}

export function isPolicy(source: Row['source']): boolean {
  return source !== 'flags' && source !== '--key';
}

/** `allowed by` whom, or the code of the refusal. */
export type Outcome = string;

/**
 * What DESIGN, section 4, and docs/policy.md say, sentence by sentence. It knows nothing of how the
 * product comes to it.
 */
export function expected(row: Row): Outcome {
  const { way, source, revoked, signed, recorded, consents } = row;
  const installs = way === 'install' || way === 'repeat';
  const allowUnsigned = consents === 'unsigned';
  // "With a policy ... `--allow-unsigned` exit 2", and it contradicts a signer flag.
  if (allowUnsigned && (isPolicy(source) || (source === '--key' && installs))) return 'USAGE';
  const whom = whoMaySign(row);
  if (typeof whom === 'string') return whom;
  // "`revoked` comes first"
  if (revoked === 'digest') return 'POLICY_REFUSED';
  const counting = lettersOf(signed).filter((one) => whom.signers.includes(one) && one !== revoked);
  // "'Unsigned' (10) only when every place answered a clean none."
  if (signed === '' && !whom.unsigned) return 'NO_SIGNATURE';
  if (signed !== '' && counting.length < whom.threshold) return 'SIGNATURE_MISMATCH';
  // "a policy may forbid the flag"
  if (source === 'A, no downgrade' && consents === 'downgrade') return 'POLICY_REFUSED';
  const by = counting.join('');
  const before = way === 'repeat' ? recorded : row.live;
  return refusedOver(before, by, row) ?? `allowed by ${by}`;
}

interface Whom {
  readonly signers: string;
  readonly threshold: number;
  readonly unsigned: boolean;
}

const POLICIES: Readonly<Partial<Record<Row['source'], Whom>>> = {
  A: { signers: 'A', threshold: 1, unsigned: false },
  'A or B': { signers: 'AB', threshold: 1, unsigned: false },
  'A and B': { signers: 'AB', threshold: 2, unsigned: false },
  // "A signature that counts for nobody is refused there too"
  unsigned: { signers: '', threshold: 1, unsigned: true },
  'A, no downgrade': { signers: 'A', threshold: 1, unsigned: false },
};

function whoMaySign({ way, source, recorded, consents }: Row): Whom | string {
  const byPolicy = POLICIES[source];
  if (byPolicy) return byPolicy;
  // The flags of a command that failed are about something else than what comes back.
  if (source === '--key' && way !== 'restored')
    return { signers: 'A', threshold: 1, unsigned: false };
  const nobody = { signers: '', threshold: 1, unsigned: true };
  // "Without a policy and without a signer flag: exit 2; `--allow-unsigned` then works"
  if (way === 'repeat' && recorded === '')
    return consents === 'unsigned' ? nobody : 'TRUST_MISSING';
  if (way === 'install' || way === 'verify')
    return consents === 'unsigned' ? nobody : 'TRUST_MISSING';
  if (way === 'repeat' && consents === 'unsigned') return nobody;
  // "`rollback`, `status` and repeats use the keys and identities recorded with that generation"
  if (recorded !== '') return { signers: recorded, threshold: recorded.length, unsigned: false };
  return way === 'installed' ? 'NO_SIGNATURE' : nobody;
}

function refusedOver(
  before: Row['live'] | Row['recorded'],
  by: string,
  { way, order, consents }: Row,
): string | undefined {
  if (!['install', 'repeat', 'rollback'].includes(way) || before === 'absent') return undefined;
  // "never over a plugin whose receipt is signed"; a rollback says so with the flag
  if (before !== '' && by === '' && !(way === 'rollback' && consents === 'unsigned'))
    return 'SIGNATURE_MISMATCH';
  if (way !== 'install') return undefined;
  // "signer change blocks an upgrade"
  const isSame = lettersOf(by).some((one) => before.includes(one));
  if (before !== '' && by !== '' && !isSame && consents !== 'named') return 'SIGNER_CHANGED';
  // "refused (18) unless `--allow-downgrade`; `rollback` is exempt"
  return order === 'lower' && consents !== 'downgrade' ? 'DOWNGRADE' : undefined;
}

/** `AB` are A and B. */
export function lettersOf(names: string): string[] {
  return names.split(/(?=.)/);
}
