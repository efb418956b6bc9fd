import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { pushUnsigned, type Place } from '../../local-sigstore/support.ts';
import { LOOPBACK_ONLY, type CosignCell } from '../../support/local-sigstore/cosign-cell.ts';
import { IDENTITY, IDENTITY_ISSUER } from '../../support/local-sigstore/identity-token.ts';
import {
  hasLog,
  hasTimestamp,
  type Witnesses,
} from '../../support/local-sigstore/signing-config.ts';
import { verifyWithCosign } from '../../support/local-sigstore/verify-with-cosign.ts';
import { runKongcrate, type RunResult } from '../../support/run.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

/** One way in which kongcrate signs. */
export interface SigningCell {
  readonly format: 'legacy' | 'bundle' | 'both';
  readonly material: CosignCell['material'];
  readonly log: Witnesses;
}

const MATERIALS = ['key', 'key+log', 'keyless'] as const;
const LOGS = ['none', 'rekor1', 'rekor1+tsa', 'rekor2+tsa', 'tsa-only'] as const;

/** Every way, the impossible ones too. */
export const SIGNING_CELLS: readonly SigningCell[] = MATERIALS.flatMap((material) =>
  LOGS.flatMap((log) =>
    (['legacy', 'bundle', 'both'] as const).map((format) => ({ format, material, log })),
  ),
);

export const nameOfSigning = ({ format, material, log }: SigningCell): string =>
  `${format}, ${material}, ${log}`;

/** Why nobody can sign so, or undefined where kongcrate does. */
export function whyUnsignable({ format, material, log }: SigningCell): string | undefined {
  if (material === 'key' && hasLog(log)) return 'a key signature in a log is key+log';
  if (material === 'key+log' && !hasLog(log)) return 'key+log without a log is key';
  if (material === 'keyless' && log === 'none') return 'nothing would say when it was made';
  if (format !== 'bundle' && log === 'rekor2+tsa')
    return 'a legacy signature holds the promise of Rekor v1, which v2 does not make';
  return undefined;
}

/** Signs with the command line; gives its result. */
async function signWithKongcrate(
  { sigstore, mine }: Place,
  { format, material, log }: SigningCell,
  reference: string,
): Promise<RunResult> {
  const token = join(temporaryDirectory(), 'token');
  writeFileSync(token, sigstore.token());
  const who = material === 'keyless' ? ['--oidc-token', token] : ['--key', mine.key];
  const where = ['--signing-config', sigstore.signingConfig(log)];
  const args = [
    ...['sign', reference, '--signature-format', format, '--trusted-root'],
    ...[sigstore.trustedRoot.file, ...who, ...where, '--json'],
  ];
  return runKongcrate(args, { env: { ...LOOPBACK_ONLY, COSIGN_PASSWORD: '' } });
}

/** kongcrate signs; the cosigns that can read it, and kongcrate, verify it, and not as another's. */
export async function expectSigned(place: Place, cell: SigningCell): Promise<void> {
  const reference = await pushUnsigned(place.host, nameOfSigning(cell));
  const signed = await signWithKongcrate(place, cell, reference);
  expect(signed.status, signed.stderr).toBe(0);
  await expectVerifies(place, cell, reference);
}

/** Both cosigns and kongcrate, each with the right and with a wrong signer. */
async function expectVerifies(place: Place, cell: SigningCell, reference: string): Promise<void> {
  const { sigstore, others } = place;
  await expectCosignVerifies(place, cell, reference);
  for (const reader of readersOf(cell)) {
    const wrong = { key: others.publicKey, identity: 'https://github.com/acme' };
    const target = { ...cell, ...reader, reference, ...wrong };
    expect((await verifyWithCosign(sigstore, target)).status).not.toBe(0);
  }
  await expectOwnVerifies(place, cell, reference);
  const other = { reference, key: others.publicKey, identity: `${IDENTITY}x` };
  expect([12, 13]).toContain((await verifyOwn(place, cell, other)).status);
}

/** Each cosign that reads the format. */
export async function expectCosignVerifies(
  { sigstore, mine: { publicKey: key } }: Place,
  cell: SigningCell,
  reference: string,
): Promise<void> {
  for (const reader of readersOf(cell)) {
    const right = await verifyWithCosign(sigstore, { ...cell, ...reader, reference, key });
    expect(right.status, `cosign ${reader.cosign}: ${right.stderr}`).toBe(0);
  }
}

/** kongcrate's command line, for any place that it reads. */
export async function expectOwnVerifies(
  place: Place,
  cell: SigningCell,
  reference: string,
): Promise<void> {
  const right = { reference, key: place.mine.publicKey, identity: IDENTITY };
  const own = await verifyOwn(place, cell, right);
  expect(own.status, own.stderr).toBe(0);
}

function readersOf({ format }: SigningCell): readonly Pick<CosignCell, 'cosign' | 'format'>[] {
  const legacy = [
    { cosign: 2, format: 'legacy' },
    { cosign: 3, format: 'legacy' },
  ] as const;
  const bundle = { cosign: 3, format: 'bundle' } as const;
  if (format === 'legacy') return legacy;
  return format === 'bundle' ? [bundle] : [...legacy, bundle];
}

interface Expected {
  readonly reference: string;
  readonly key: string;
  readonly identity: string;
}

function verifyOwn(
  { sigstore }: Place,
  { material, log }: SigningCell,
  { reference, key, identity }: Expected,
): Promise<RunResult> {
  const who =
    material === 'keyless'
      ? ['--certificate-identity', identity, '--certificate-oidc-issuer', IDENTITY_ISSUER]
      : ['--key', key];
  const waived =
    material === 'keyless' && !hasLog(log) && hasTimestamp(log) ? ['--insecure-ignore-tlog'] : [];
  const args = ['verify', reference, ...who, ...waived];
  return runKongcrate([...args, '--trusted-root', sigstore.trustedRoot.file], {
    env: LOOPBACK_ONLY,
  });
}
