import { KongcrateError } from '../errors/kongcrate-error.ts';
import { rotateSignatures, type RotationReport } from '../workflows/rotation/rotate-signatures.ts';
import type { RotatedArtifact } from '../workflows/rotation/rotate-artifact.ts';
import { readTrustedRoot } from '../workflows/trust-root/read-trusted-root.ts';
import type { Call, CommandResult } from './action.ts';
import { noteRepository } from './note-repository.ts';
import { placeOf, type PlaceFlags } from './place-options.ts';
import { policiesOf } from './policy-options.ts';
import { readTrustedKeys } from './read-trusted-keys.ts';
import { partyOf, type SignFlags } from './sign-options.ts';

export interface RotationFlags extends SignFlags, PlaceFlags {
  readonly annotation?: Readonly<Record<string, string>>;
  readonly allTags?: true;
  readonly verifyKey?: readonly string[];
  readonly dryRun?: true;
}

/** Whether a flag says that all tags of a repository are meant. */
export function meansAllTags({ allTags, verifyKey, dryRun }: RotationFlags): boolean {
  return allTags === true || verifyKey !== undefined || dryRun === true;
}

/**
 * `sign REPO --all-tags --verify-key OLD`: signs anew what an old key signed.
 * @throws KongcrateError USAGE, and as the workflow does
 */
export async function signAllTags(
  reference: string,
  flags: RotationFlags,
  call: Call,
): Promise<CommandResult> {
  const { verifyKey: names = [], trustedRoot, timeout } = flags;
  if (flags.allTags !== true || names.length === 0)
    throw new KongcrateError('USAGE', '--all-tags and --verify-key belong together', {
      remedy: 'Give both, to sign what the old key signed; --dry-run shows what that is.',
    });
  noteRepository(flags.as, call);
  const report = await rotateSignatures(reference, {
    ...(await placeOf(flags, call, [reference])),
    ...(await partyOf(flags, call)),
    oldKeys: await readTrustedKeys(names, { context: call.context, timeout }),
    policies: await policiesOf({}),
    ...(trustedRoot === undefined ? {} : { trustedRoot: readTrustedRoot(trustedRoot) }),
    ...(flags.annotation ? { annotations: flags.annotation } : {}),
    ...(flags.dryRun ? { dryRun: true } : {}),
    ...call.calls,
  });
  return render(report);
}

const WORDS: Readonly<Record<RotatedArtifact['state'], string>> = {
  signed: 'signed',
  present: 'was signed',
  verified: 'would sign',
  refused: 'left alone',
  incomplete: 'not all signed',
};

function render({ repository, artifacts }: RotationReport): CommandResult {
  const lines = artifacts.map(
    ({ state, reference, tags, problem }) =>
      `${WORDS[state]}: ${reference} (${tags.join(', ')})${problem ? `\n  ${problem.message}\n  → ${problem.remedy}` : ''}`,
  );
  const exitCode = exitCodeOf(artifacts);
  return {
    text: lines.length === 0 ? `no tags in ${repository}` : lines.join('\n'),
    json: { repository, artifacts: artifacts.map(toJson) },
    ...(exitCode === undefined ? {} : { exitCode }),
  };
}

function toJson({ problem, ...artifact }: RotatedArtifact): object {
  if (!problem) return artifact;
  const { code, message, remedy, details } = problem;
  return { ...artifact, problem: { code, message, remedy, details } };
}

/** What the old key did not sign counts more than what the store did not take. */
function exitCodeOf(artifacts: readonly RotatedArtifact[]): number | undefined {
  if (artifacts.some(({ state }) => state === 'refused')) return 12;
  return artifacts.find(({ problem }) => problem)?.problem?.exitCode;
}
