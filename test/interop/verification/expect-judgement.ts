import { expect } from 'vitest';
import { IS_EXECUTABLE } from '../../support/kongcrate-command.ts';
import { runKongcrate } from '../../support/run.ts';
import { runWatched } from '../../support/run-watched.ts';
import type { VerificationCell } from './cells.ts';
import type { Judgement, Refusal, Trust } from './judgements.ts';

/** How long a certificate is valid. */
const LIFETIME_MS = 10 * 60 * 1000;

interface Verdict {
  readonly trust: { readonly signers: readonly Signer[] };
}

interface Signer {
  readonly formats: readonly string[];
  readonly log?: string;
  readonly times: readonly string[];
}

/** Where a signature is looked for. */
export interface SignedPlace {
  readonly name: string;
  /** What names it on the command line. */
  readonly args: readonly string[];
  /** All that `verify` may turn to. */
  readonly targets: readonly string[];
  /** What is asked there. */
  readonly judgements: readonly Judgement[];
}

/** Has the built command line judge; it may turn to the place of the signature alone. */
export async function expectJudgement(
  place: SignedPlace,
  cell: VerificationCell,
  { flags, outcome }: Judgement,
): Promise<void> {
  const args = ['verify', ...place.args, ...flags, '--json'];
  const { targets, ...watched } = await runWatched(args);
  const { status, stdout, stderr } = IS_EXECUTABLE ? await runKongcrate(args) : watched;
  const asked = `${place.name}: ${flags.join(' ')}\n${stderr}`;
  expect(targets, asked).toEqual(place.targets);
  if ('status' in outcome) {
    expect({ status, stdout }, asked).toEqual({ status: outcome.status, stdout: '' });
    expectReason(stderr, outcome);
    return;
  }
  expect(status, asked).toBe(0);
  expectTrust(stdout, cell, outcome);
}

function expectReason(stderr: string, { status, reason }: Refusal): void {
  const { error } = JSON.parse(stderr) as { error: { code: string; message: string } };
  expect(error.code).toBe(status === 12 ? 'SIGNATURE_MISMATCH' : 'CERTIFICATE_MISMATCH');
  expect(error.message).toContain(reason);
}

function expectTrust(stdout: string, cell: VerificationCell, { log, isDated }: Trust): void {
  const { signers } = (JSON.parse(stdout) as Verdict).trust;
  expect(signers).toMatchObject([{ formats: [cell.format] }]);
  const [{ times, log: found } = { times: [], log: '' }] = signers;
  expect({ log: found, isDated: times.length > 0 }).toEqual({ log, isDated });
  if (cell.clock === 'expired')
    for (const time of times) expect(Date.now() - Date.parse(time)).toBeGreaterThan(LIFETIME_MS);
}
