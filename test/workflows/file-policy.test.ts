import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../src/errors/catalogue.ts';
import { digestOf } from '../../src/reference/digest.ts';
import type { PolicyDecision } from '../../src/signing/policy/decide.ts';
import type { PrivateKey } from '../../src/signing/private-key.ts';
import { installPlugins, type InstallOptions } from '../../src/workflows/install-plugins.ts';
import { readPolicy } from '../../src/workflows/read-policy.ts';
import { rollbackPlugins } from '../../src/workflows/rollback-plugins.ts';
import { verifyFile } from '../../src/workflows/verify-file.ts';
import { verifyInstalled } from '../../src/workflows/verify-installed.ts';
import { ISSUER, makeBundle, makeRoot, SUBJECT } from '../signing/keyless.ts';
import { policyText } from '../signing/policy/support.ts';
import { makeKey } from '../signing/support.ts';
import { craneTarballOf } from '../support/crane-tarball-of.ts';
import { expectError } from '../support/expect-error.ts';
import { writeSignedFile, type SignedFile } from '../support/signed-files.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const AS = 'registry.example/acme/my-plugin';
const RULE = `match: ${AS}\nkeys: [one.pub]`;
let directory = '';
let key: PrivateKey;
let other: PrivateKey;
let good: SignedFile;

beforeAll(async () => {
  key = await makeKey();
  other = await makeKey();
  good = await writeSignedFile({ key });
});

beforeEach(() => {
  directory = temporaryDirectory();
  writeFileSync(join(directory, 'one.pub'), key.publicKey.pem);
  writeFileSync(join(directory, 'root.json'), JSON.stringify(makeRoot()));
});

/** @param more lines below `trust:` */
async function policy(
  rules: readonly string[],
  more = '',
): Promise<NonNullable<InstallOptions['policies']>> {
  const path = join(directory, 'policy.yaml');
  writeFileSync(path, `${policyText(...rules)}${more}`);
  return [await readPolicy(path)];
}

const revoked = (what: string): string => `  revoked:\n    ${what}\n`;
const root = (): { luaRoot: string } => ({ luaRoot: join(directory, 'lua') });

async function install(
  { file, bundle }: Pick<SignedFile, 'file' | 'bundle'>,
  options: Partial<InstallOptions>,
): Promise<string | undefined> {
  const given = { root: root(), bundle, expectedName: 'my-plugin', as: AS, ...options };
  return (await installPlugins([file], given)).plugins[0]?.state;
}

/** Both commands that judge a file refuse it. */
async function expectRefused(
  given: SignedFile,
  policies: NonNullable<InstallOptions['policies']>,
  code: ErrorCode,
): Promise<void> {
  await expectError(() => install(given, { policies }), code);
  await expectError(() => verifyFile(given.file, { ...given, policies, as: AS }), code);
}

describe('a file under a policy', () => {
  it('is judged as the repository that it is said to be from', async () => {
    const policies = await policy(['match: registry.example/other\nunsigned: allow', RULE]);
    let told: readonly PolicyDecision[] = [];
    const onDecisions = (decisions: readonly PolicyDecision[]): void => {
      told = decisions;
    };
    const { file, bundle } = good;
    const verified = await verifyFile(file, { bundle, policies, as: AS, onDecisions });
    expect(verified).toMatchObject({ repository: AS, signers: [{ kind: 'key' }] });
    expect(told).toMatchObject([{ allowed: true, rule: { match: [AS] }, passedOver: [{}] }]);
    expect(await install(good, { policies })).toBe('installed');
    expect(await install(good, { policies })).toBe('unchanged');
    const { plugins } = await verifyInstalled([], { root: root(), policies });
    expect(plugins).toMatchObject([{ keysFrom: 'policy', repository: AS, trust: {} }]);
  });

  it('that is told nothing is refused: its name says nothing', async () => {
    const policies = await policy([RULE, 'match: "**"\nunsigned: allow']);
    const { file, bundle } = good;
    const error = await expectError(() => verifyFile(file, { bundle, policies }), 'USAGE');
    expect(error.remedy).toContain('--as');
    const unnamed = { root: root(), bundle, policies, expectedName: 'my-plugin' };
    await expectError(() => installPlugins([file], unnamed), 'USAGE');
  });

  it('that no rule is about, or only one for others, is refused', async () => {
    await expectRefused(
      good,
      await policy(['match: "*.example/x/*"\nkeys: [one.pub]']),
      'POLICY_REFUSED',
    );
    const stranger = await writeSignedFile({ key: other });
    await expectRefused(stranger, await policy([RULE]), 'SIGNATURE_MISMATCH');
    const keys = [other.publicKey];
    await expectError(
      async () => install(good, { policies: await policy([RULE]), keys }),
      'SIGNATURE_MISMATCH',
    );
  });

  it.each([
    ['repository: strict', 'SIGNATURE_MISMATCH'],
    ['log: required', 'SIGNATURE_MISMATCH'],
    ['signedNames: required', 'POLICY_REFUSED'],
    ['maximumSignatureAgeDays: 3650', 'SIGNATURE_MISMATCH'],
  ] as const)('whose signature cannot say so is refused by %s', async (demand, code) => {
    await expectRefused(good, await policy([`${RULE}\n${demand}`]), code);
  });

  it('without a bundle passes only where a rule lets unsigned things pass', async () => {
    const bundle = undefined as never;
    const given = { file: good.file, bundle };
    await expectError(
      async () => install(given, { policies: await policy([RULE]) }),
      'NO_SIGNATURE',
    );
    const policies = await policy([`match: ${AS}\nunsigned: allow`]);
    await expectError(() => install(given, { policies, allowUnsigned: true }), 'USAGE');
    expect(await install(given, { policies })).toBe('installed');
    // A bundle is a signature, and nobody is named who might have made it.
    await expectRefused(good, policies, 'SIGNATURE_MISMATCH');
  });
});

describe('what is revoked', () => {
  it('a digest of a file', async () => {
    const policies = await policy([RULE], revoked(`digests: ['${digestOf(good.bytes)}']`));
    await expectRefused(good, policies, 'POLICY_REFUSED');
  });

  it('a digest of the layer in an image', async () => {
    const bytes = await craneTarballOf(Buffer.from('{}'), [good.bytes], 'a.example/b:1');
    const wrapped = await writeSignedFile({ key, bytes });
    const policies = await policy([RULE], revoked(`digests: ['${digestOf(good.bytes)}']`));
    await expectError(() => install(wrapped, { policies }), 'POLICY_REFUSED');
    expect(await install(wrapped, { policies: await policy([RULE]) })).toBe('installed');
  });

  it('a key', async () => {
    const policies = await policy([RULE], revoked('keys: [one.pub]'));
    await expectRefused(good, policies, 'SIGNATURE_MISMATCH');
  });

  it('an identity', async () => {
    const rule = `match: ${AS}\nidentities:\n  - issuer: ${ISSUER}\n    subject: ${SUBJECT}`;
    const more = '  trustedRoot: root.json\n';
    writeFileSync(join(directory, 'bundle.json'), makeBundle({ file: good.bytes }));
    const given = { ...good, bundle: join(directory, 'bundle.json') };
    const allowed = await policy([rule], more);
    await verifyFile(given.file, { ...given, policies: allowed, as: AS });
    expect(await install(given, { policies: allowed })).toBe('installed');
    const now = await policy([rule], `${more}${revoked(`identities: [{ issuer: '${ISSUER}' }]`)}`);
    await expectRefused(given, now, 'SIGNATURE_MISMATCH');
    const { plugins } = await verifyInstalled([], { root: root(), policies: now });
    expect(plugins[0]?.error?.code).toBe('SIGNATURE_MISMATCH');
  });

  it('counts for what is installed, and for going back to it', async () => {
    const policies = await policy([RULE]);
    await install(good, { policies });
    await install(await writeSignedFile({ key, version: '2.0.0' }), { policies });
    const today = await policy([RULE], revoked(`digests: ['${digestOf(good.bytes)}']`));
    await expectError(() => rollbackPlugins({ root: root(), policies: today }), 'POLICY_REFUSED');
    const { plugins } = await rollbackPlugins({ root: root(), policies: await policy([RULE]) });
    expect(plugins).toMatchObject([{ version: '1.0.0' }]);
    const judged = await verifyInstalled([], { root: root(), policies: today });
    expect(judged.plugins[0]?.error?.code).toBe('POLICY_REFUSED');
  });
});
