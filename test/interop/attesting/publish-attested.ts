import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Place } from '../../local-sigstore/support.ts';
import { writeSource } from '../../registry/plugin-source.ts';
import { GITHUB } from '../../support/ci-environments.ts';
import { LOOPBACK_ONLY } from '../../support/local-sigstore/cosign-cell.ts';
import { IDENTITY, IDENTITY_ISSUER } from '../../support/local-sigstore/identity-token.ts';
import {
  hasLog,
  hasTimestamp,
  type Witnesses,
} from '../../support/local-sigstore/signing-config.ts';
import { peer } from '../../support/peers.ts';
import { run, runKongcrate, type RunResult } from '../../support/run.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

/** One way to publish with provenance and SBOMs. */
export interface AttestCell {
  readonly material: 'key' | 'keyless';
  readonly log: Witnesses;
  readonly format: 'both' | 'bundle' | 'legacy';
}

export const nameOfAttesting = ({ material, log, format }: AttestCell): string =>
  `${format}, ${material}, ${log}`;

const LOGS = ['none', 'rekor1', 'rekor1+tsa', 'rekor2+tsa', 'tsa-only'] as const;

/** Every way that is one: somebody has to say when a certificate signed, and only v1 promises. */
export const ATTEST_CELLS: readonly AttestCell[] = (['key', 'keyless'] as const).flatMap(
  (material) =>
    LOGS.flatMap((log) =>
      (['both', 'bundle', 'legacy'] as const).map((format) => ({ material, log, format })),
    ).filter(
      ({ log, format }) =>
        !(material === 'keyless' && log === 'none') && !(format !== 'bundle' && log.includes('2')),
    ),
);

/** What each type of attestation has to hold, as `publish` describes the plugin. */
const SAID = {
  slsaprovenance1: {
    runDetails: { builder: { id: `https://github.com/${GITHUB.GITHUB_WORKFLOW_REF}` } },
  },
  spdxjson: { spdxVersion: 'SPDX-2.3', name: 'my-plugin-1.2.0' },
  cyclonedx: { bomFormat: 'CycloneDX', metadata: { component: { name: 'my-plugin' } } },
} as const;
type Type = keyof typeof SAID;
const TYPES = Object.keys(SAID) as readonly Type[];

const env = { ...LOOPBACK_ONLY, COSIGN_PASSWORD: '' };
let published = 0;

/** Publishes in a CI; both cosigns, and kongcrate, verify each attestation, and not as another's. */
export async function expectAttested(place: Place, cell: AttestCell): Promise<void> {
  const reference = await publish(place, cell);
  for (const type of TYPES) {
    for (const reader of readersOf(cell)) {
      const right = await askCosign(place, { ...cell, ...reader, type, reference });
      expect(right.status, `cosign ${reader.cosign}: ${right.stderr}`).toBe(0);
      const { payload } = JSON.parse(right.stdout) as { payload: string };
      const statement: unknown = JSON.parse(Buffer.from(payload, 'base64').toString());
      expect(statement).toMatchObject({ predicate: SAID[type] });
    }
    const own = await askKongcrate(place, cell, { type, reference });
    expect(own.status, own.stderr).toBe(0);
    expect(JSON.parse(own.stdout)).toMatchObject({ attestations: [{ predicate: SAID[type] }] });
  }
  const asOther = { type: 'slsaprovenance1', reference, isOther: true } as const;
  for (const reader of readersOf(cell))
    expect((await askCosign(place, { ...cell, ...reader, ...asOther })).status).not.toBe(0);
  expect([12, 13]).toContain((await askKongcrate(place, cell, asOther)).status);
}

async function publish({ sigstore, host, mine }: Place, cell: AttestCell): Promise<string> {
  const { material, log, format } = cell;
  const token = join(temporaryDirectory(), 'token');
  writeFileSync(token, sigstore.token());
  published += 1;
  const { status, stdout, stderr } = await runKongcrate(
    [
      ...['publish', writeSource('1.2.0'), `${host}/acme/attested-${published}:1.2.0`],
      ...(material === 'key' ? ['--key', mine.key] : ['--oidc-token', token]),
      ...(log === 'none' ? [] : ['--signing-config', sigstore.signingConfig(log)]),
      ...['--trusted-root', sigstore.trustedRoot.file, '--signature-format', format],
      ...['--provenance', '--sbom=both'],
    ],
    { env: { ...env, ...GITHUB } },
  );
  expect(status, stderr).toBe(0);
  return stdout.trim();
}

interface Reader {
  readonly cosign: 2 | 3;
  readonly isLegacy: boolean;
}

function readersOf({ format }: AttestCell): readonly Reader[] {
  const legacy = [2, 3].map((cosign) => ({ cosign, isLegacy: true }) as Reader);
  const bundle: Reader = { cosign: 3, isLegacy: false };
  if (format === 'legacy') return legacy;
  return format === 'bundle' ? [bundle] : [...legacy, bundle];
}

interface Question {
  readonly type: Type;
  readonly reference: string;
  /** Whether somebody else is said to have attested it. */
  readonly isOther?: boolean | undefined;
}

function askCosign(
  place: Place,
  { cosign, isLegacy, log, material, type, reference, isOther }: AttestCell & Reader & Question,
): Promise<RunResult> {
  const { sigstore } = place;
  const root = ['--trusted-root', sigstore.trustedRoot.file];
  const flags =
    cosign === 2 ? ['--offline'] : [...root, ...(isLegacy ? ['--new-bundle-format=false'] : [])];
  const args = [
    ...['verify-attestation', '--type', type, ...signerFlags(place, { material, isOther })],
    ...[...flags, ...(hasTimestamp(log) ? ['--use-signed-timestamps'] : [])],
    ...(hasLog(log) ? [] : ['--insecure-ignore-tlog=true']),
    reference,
  ];
  return run(peer(`cosign${cosign}`), args, { env: { ...env, ...sigstore.environment } });
}

function askKongcrate(
  place: Place,
  { material, log }: AttestCell,
  { type, reference, isOther }: Question,
): Promise<RunResult> {
  const isStampedOnly = material === 'keyless' && !hasLog(log);
  const args = [
    ...['verify', reference, ...signerFlags(place, { material, isOther })],
    ...['--trusted-root', place.sigstore.trustedRoot.file, '--attestation', type, '--json'],
    ...(isStampedOnly ? ['--insecure-ignore-tlog'] : []),
  ];
  return runKongcrate(args, { env });
}

function signerFlags(
  { mine, others }: Place,
  { material, isOther = false }: Pick<AttestCell, 'material'> & Pick<Question, 'isOther'>,
): readonly string[] {
  if (material === 'key') return ['--key', (isOther ? others : mine).publicKey];
  const identity = isOther ? `${IDENTITY}x` : IDENTITY;
  return ['--certificate-identity', identity, '--certificate-oidc-issuer', IDENTITY_ISSUER];
}
