import { createPublicKey } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect } from 'vitest';
import { listTree } from '../../support/list-tree.ts';
import { sha256Hex } from '../../signing/support.ts';
import { whyImpossible } from './cells.ts';
import { expectSignatures, FORMATS } from './expect-signatures.ts';
import { expectUpload } from './expect-upload.ts';
import type { Choice } from './programs.ts';
import type { CellInput, Outcome } from './run-cell.ts';
import { basicAuthorization, type Place } from './start-places.ts';

/** Demands of every step the bytes and the exit status that any other program would give. */
export async function expectOutcome(outcome: Outcome, input: CellInput): Promise<void> {
  expect(statSync(outcome.privateKey).mode & 0o777).toBe(0o600);
  expectLogin(outcome, input.place);
  await expectUpload(outcome, input);
  await expectSignatures(outcome, input);
  expectVerified(outcome, input.choice);
  await expectFiles(outcome, input);
  const key = createPublicKey(readFileSync(outcome.publicKey));
  const keyId = sha256Hex(key.export({ type: 'spki', format: 'der' }));
  expect(outcome.installed.keyIds).toEqual([keyId]);
}

/** The very file of docker: tabs, no newline at the end. */
function expectLogin({ home }: Outcome, { host, login }: Place): void {
  const auth = basicAuthorization(login).replace('Basic ', '');
  const file = JSON.stringify({ auths: { [host]: { auth } } }, undefined, '\t');
  expect(readFileSync(join(home, '.docker/config.json'), 'utf8')).toBe(file);
}

function expectVerified({ verified, refused, digest }: Outcome, choice: Choice): void {
  expect(refused.stdout).toBe('');
  if (whyImpossible(choice) !== undefined) {
    expect([verified.status, refused.status], verified.stderr).toEqual([10, 10]);
    return;
  }
  expect(verified.status, verified.stderr).toBe(0);
  expect(verified.stdout).toContain(digest);
  // cosign 3 exits with 12 for legacy signatures only.
  const refusal = choice.verify === 'cosign3' && FORMATS[choice.sign].bundle ? 1 : 12;
  expect(refused.status, refused.stderr).toBe(refusal);
}

/** As `crane pull` and `tar` give them, and in the end as they were in the source. */
async function expectFiles(outcome: Outcome, { source, place }: CellInput): Promise<void> {
  const { home, reference, publicKey, tarball, unpacked } = outcome;
  const { pull, unpack } = place.programs;
  const byCrane = await pull.crane({ home, reference, publicKey });
  expect(readFileSync(tarball).equals(readFileSync(byCrane)), 'as crane pull').toBe(true);
  expect(listTree(unpacked)).toEqual(listTree(await unpack.tar({ tarball })));
  const plugin = join('kong/plugins', basename(source));
  // kongcrate packs from `kong` on, and tar the directory that holds it.
  const unpackedRoot = existsSync(join(unpacked, plugin)) ? '' : basename(source);
  for (const root of [join(unpacked, unpackedRoot), outcome.installed.luaRoot])
    expect(listTree(join(root, plugin))).toEqual(listTree(join(source, plugin)));
}
