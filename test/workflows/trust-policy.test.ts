import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { hexOf } from '../../src/reference/digest.ts';
import type { PrivateKey } from '../../src/signing/private-key.ts';
import type { PolicyDecision } from '../../src/signing/policy/decide.ts';
import { installPlugins, type InstallOptions } from '../../src/workflows/install-plugins.ts';
import { pullArtifact } from '../../src/workflows/pull-artifact.ts';
import { readPolicy } from '../../src/workflows/read-policy.ts';
import { rollbackPlugins } from '../../src/workflows/rollback-plugins.ts';
import { verifyArtifact } from '../../src/workflows/verify-artifact.ts';
import { verifyFile } from '../../src/workflows/verify-file.ts';
import { verifyInstalled } from '../../src/workflows/verify-installed.ts';
import { makeKey, signWith } from '../signing/support.ts';
import { policyText } from '../signing/policy/support.ts';
import { expectError } from '../support/expect-error.ts';
import { publish } from '../support/published.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

let directory = '';
let key: PrivateKey;
let other: PrivateKey;

beforeEach(async () => {
  directory = temporaryDirectory();
  key = await makeKey();
  other = await makeKey();
  mkdirSync(join(directory, 'keys'));
  writeFileSync(join(directory, 'keys/one.pub'), key.publicKey.pem);
  writeFileSync(join(directory, 'keys/other.pub'), other.publicKey.pem);
});

/** Writes a policy and reads it as the command line would. */
async function policy(
  rules: readonly string[],
  more = '',
): Promise<NonNullable<InstallOptions['policies']>> {
  const path = join(directory, 'policy.yaml');
  writeFileSync(path, `${policyText(...rules)}${more}`);
  return [await readPolicy(path)];
}

const ONE = 'match: localhost/*\nkeys: [keys/one.pub]';
const BOTH = 'match: localhost/*\nkeys: [keys/one.pub, keys/other.pub]';
const ANY = 'match: localhost/*\nunsigned: allow';

describe('reading a policy', () => {
  it('finds keys beside it, wherever the command runs', async () => {
    const [read] = await policy([ONE]);
    expect(read?.rules[0]?.signers).toMatchObject([{ key: { keyId: key.publicKey.keyId } }]);
  });

  it('a key that is not there is refused with its place', async () => {
    const error = await expectError(
      () => policy([`${ONE}\nthreshold: 1`.replace('one', 'no')]),
      'POLICY_INVALID',
    );
    expect(error.message).toContain('policy.yaml:5:14: trust.rules[0].keys[0]: ');
    expect(error.message).toContain('keys/no.pub cannot be read');
  });

  it.each([
    ['one that is missing', () => 'missing.yaml'],
    ['a directory', () => 'keys'],
    ['a link into nothing', () => (symlinkSync('nowhere', join(directory, 'link')), 'link')],
  ])('%s is refused', async (_what, make) => {
    const path = join(directory, make());
    const error = await expectError(() => readPolicy(path), 'SOURCE_UNREADABLE');
    expect(error.exitCode).toBe(2);
  });
});

describe('an artifact under a policy', () => {
  it('is trusted without a flag, and says why', async () => {
    const place = await publish({ key });
    await signWith(other, place);
    let told: readonly PolicyDecision[] = [];
    const { subject } = await verifyArtifact(place.reference, {
      policies: await policy([ONE]),
      onDecisions: (decisions) => (told = decisions),
    });
    expect(subject.trust).toMatchObject({ signers: [{ keyId: key.publicKey.keyId }] });
    expect(told).toMatchObject([{ allowed: true, rule: { line: 4 }, passedOver: [] }]);
  });

  it.each<
    [
      what: string,
      rules: string[],
      more: string,
      code: 'POLICY_REFUSED' | 'SIGNATURE_MISMATCH',
      text: string,
    ]
  >([
    [
      'no rule',
      ['match: registry.example/**\nunsigned: allow'],
      '',
      'POLICY_REFUSED',
      'policy.yaml: no rule is about localhost/layout',
    ],
    ['another key', [ONE.replace('one', 'other')], '', 'SIGNATURE_MISMATCH', '(demanded by '],
    ['too few', [`${BOTH}\nthreshold: 2`], '', 'SIGNATURE_MISMATCH', '1 of 2'],
    ['no log', [`${ONE}\nlog: required`], '', 'SIGNATURE_MISMATCH', 'it is in no transparency log'],
    [
      'no time',
      [`${ONE}\nmaximumSignatureAgeDays: 9`],
      '',
      'SIGNATURE_MISMATCH',
      'no log and no timestamp',
    ],
    ['a signature where none may be', [ANY], '', 'SIGNATURE_MISMATCH', 'signatures exist'],
    [
      'a revoked key',
      [ONE],
      '  revoked: { keys: [keys/one.pub] }\n',
      'SIGNATURE_MISMATCH',
      'its signer is revoked',
    ],
  ])('%s refuses it', async (_what, rules, more, code, text) => {
    const { reference } = await publish({ key });
    const error = await expectError(
      async () => verifyArtifact(reference, { policies: await policy(rules, more) }),
      code,
    );
    expect(error.message).toContain(text);
    expect(error.exitCode).toBe(12);
    const explanation = error.details['explanation'] as string[];
    expect(explanation[0]).toContain('policy.yaml');
    expect(explanation.at(-1)).toMatch(/^ {2}refused: /);
  });

  it('where no rule is about it, or it is revoked, nothing is read', async () => {
    const { subject, reference, directory: layout } = await publish({ key });
    const { digest } = subject.descriptor;
    rmSync(join(layout, 'blobs/sha256', hexOf(digest)));
    const verify = (policies: InstallOptions['policies'] = []): Promise<unknown> =>
      verifyArtifact(`${reference}@${digest}`, { policies });
    const elsewhere = await policy([ONE.replace('localhost', 'registry.example')]);
    await expectError(() => verify(elsewhere), 'POLICY_REFUSED');
    const revoked = await policy([ONE], `  revoked: { digests: ["${digest}"] }\n`);
    await expectError(() => verify(revoked), 'POLICY_REFUSED');
    await expectError(async () => verify(await policy([ONE])), 'NOT_FOUND');
  });

  it('a revoked digest refuses it, be it of the manifest or of the layer', async () => {
    const { reference } = await publish({ key });
    const { subject } = await verifyArtifact(reference, { policies: await policy([ONE]) });
    for (const digest of [subject.manifestDigest, subject.manifest.layers[0]?.digest ?? '']) {
      const policies = await policy([ONE], `  revoked: { digests: ["${digest}"] }\n`);
      const error = await expectError(
        () => verifyArtifact(reference, { policies }),
        'POLICY_REFUSED',
      );
      expect(error.message).toContain(`${digest} is revoked`);
    }
  });

  it('names that are not signed refuse it where they are demanded', async () => {
    const policies = await policy([`${ONE}\nsignedNames: required`]);
    await verifyArtifact((await publish({ key })).reference, { policies });
    const nameless = await publish({
      key,
      changeManifest: (text) => text.replaceAll('dev.kongcrate.plugin.version', 'x'),
    });
    await expectError(() => verifyArtifact(nameless.reference, { policies }), 'POLICY_REFUSED');
  });

  it('its repository must be signed where that is strict, and each format by itself', async () => {
    const policies = await policy([`${ONE}\nrepository: strict`]);
    const { reference } = await publish({ key });
    const { subject } = await verifyArtifact(reference, { policies });
    // The bundle of this sample signs no name.
    expect(subject.trust).toMatchObject({ signers: [{ formats: ['legacy'] }] });
    await expectError(
      () => verifyArtifact(reference, { policies, as: 'localhost/replayed' }),
      'SIGNATURE_MISMATCH',
    );
  });

  it('unsigned is 10 where somebody must sign, and passes where nobody need', async () => {
    const { reference } = await publish();
    await expectError(
      async () => verifyArtifact(reference, { policies: await policy([ONE]) }),
      'NO_SIGNATURE',
    );
    for (const rule of [ANY, `${ONE}\nunsigned: allow`]) {
      const { subject } = await verifyArtifact(reference, { policies: await policy([rule]) });
      expect(subject.trust).toEqual({ kind: 'unsigned' });
    }
  });
});

describe('flags beside a policy', () => {
  it('--key means the policy and this key', async () => {
    const place = await publish({ key });
    const policies = await policy([BOTH]);
    const options = { policies, keys: [other.publicKey] };
    await expectError(() => verifyArtifact(place.reference, options), 'SIGNATURE_MISMATCH');
    await signWith(other, place);
    const { subject } = await verifyArtifact(place.reference, options);
    expect(subject.trust).toMatchObject({ signers: [{}, {}] });
    const stranger = {
      policies: await policy([ONE.replace('one', 'other')]),
      keys: [key.publicKey],
    };
    await verifyArtifact(place.reference, stranger);
    const revoked = await policy([BOTH], '  revoked: { keys: [keys/other.pub] }\n');
    await expectError(
      () => verifyArtifact(place.reference, { ...options, policies: revoked }),
      'SIGNATURE_MISMATCH',
    );
  });

  it('of --threshold and the policy the larger counts', async () => {
    const { reference } = await publish({ key });
    await verifyArtifact(reference, { policies: await policy([BOTH]) });
    await expectError(
      async () => verifyArtifact(reference, { policies: await policy([BOTH]), threshold: 2 }),
      'SIGNATURE_MISMATCH',
    );
    await expectError(
      async () =>
        verifyArtifact(reference, {
          policies: await policy([`${BOTH}\nthreshold: 2`]),
          threshold: 1,
        }),
      'SIGNATURE_MISMATCH',
    );
    await expectError(
      async () => verifyArtifact(reference, { policies: await policy([ONE]), threshold: 2 }),
      'USAGE',
    );
  });

  it.each<[flag: string, options: Partial<InstallOptions>]>([
    ['--allow-unsigned', { allowUnsigned: true }],
    ['--trusted-root', { trustedRoot: '{}' }],
    ['--insecure-ignore-tlog', { log: 'waived' }],
  ])('%s would loosen it', async (flag, options) => {
    const { reference } = await publish();
    const root = { luaRoot: directory };
    const all = { ...options, policies: await policy([ANY]), root };
    const runs = [
      () => installPlugins([reference], all),
      () => pullArtifact(reference, all),
      () => rollbackPlugins(all),
      ...(options.allowUnsigned ? [] : [() => verifyInstalled([], all)]),
    ];
    for (const run of runs) {
      const error = await expectError(run, 'USAGE');
      expect(error.message).toContain(`${flag} would loosen the policy`);
    }
  });

  it('two policies must both allow it, under the same trusted root', async () => {
    const { reference } = await publish({ key });
    const [one] = await policy([ONE]);
    const [two] = await policy([ONE.replace('one', 'other')]);
    const [rooted] = await policy([ONE], '  trustedRoot: keys/one.pub\n');
    if (!one || !two || !rooted) return expect.unreachable();
    await verifyArtifact(reference, { policies: [one, one] });
    const error = await expectError(
      () => verifyArtifact(reference, { policies: [one, two] }),
      'SIGNATURE_MISMATCH',
    );
    expect(error.message).toContain(`${one.file}:4 and ${two.file}:4`);
    await expectError(() => verifyArtifact(reference, { policies: [one, rooted] }), 'USAGE');
  });

  it('says nothing about files, and so refuses them', async () => {
    const file = join(directory, 'policy.yaml');
    const options = { policies: await policy([ONE]), bundle: file, keys: [key.publicKey] };
    const error = await expectError(() => verifyFile(file, options), 'USAGE');
    expect(error.message).toContain('has rules for repositories');
  });
});

describe('a node under a policy', () => {
  const root = (): { luaRoot: string } => ({ luaRoot: join(directory, 'lua') });
  const install = async (reference: string, options: Partial<InstallOptions>): Promise<unknown> => {
    const { plugins } = await installPlugins([reference], { root: root(), ...options });
    return plugins[0]?.state;
  };

  it('judges what is installed by the policy of today, without its store', async () => {
    const place = await publish({ key });
    const byDigest = `oci-layout:${place.directory}@${place.subject.descriptor.digest}`;
    expect(await install(place.reference, { policies: await policy([ONE]) })).toBe('installed');
    rmSync(place.directory, { recursive: true });
    expect(await install(byDigest, { policies: await policy([BOTH]) })).toBe('unchanged');
    const revoked = await policy(
      [ONE],
      `  revoked: { digests: ["${place.subject.descriptor.digest}"] }\n`,
    );
    const { plugins } = await verifyInstalled([], { root: root(), policies: revoked });
    expect(plugins).toMatchObject([{ keysFrom: 'policy', error: { code: 'POLICY_REFUSED' } }]);
    await expectError(() => install(byDigest, { policies: revoked }), 'POLICY_REFUSED');
    const now = await verifyInstalled([], { root: root(), policies: await policy([ONE]) });
    expect(now.plugins[0]?.error).toBeUndefined();
  });

  it('a revoked version neither comes back by a rollback nor is it installed again', async () => {
    const bad = await publish({ key });
    const good = await publish({ version: '1.1.0', key, directory: bad.directory });
    const policies = await policy([ONE]);
    await install(bad.reference, { policies });
    await install(good.reference, { policies });
    const revoked = await policy(
      [ONE],
      `  revoked: { digests: ["${bad.subject.descriptor.digest}"] }\n`,
    );
    await expectError(() => rollbackPlugins({ root: root(), policies: revoked }), 'POLICY_REFUSED');
    await expectError(
      () => install(bad.reference, { policies: revoked, allowDowngrade: true }),
      'POLICY_REFUSED',
    );
    expect((await rollbackPlugins({ root: root(), policies })).plugins).toMatchObject([
      { version: '1.0.0' },
    ]);
  });

  it('--allow-downgrade is refused where a rule forbids it, and a downgrade without it anyway', async () => {
    const low = await publish({ key });
    const high = await publish({ version: '1.1.0', key, directory: low.directory });
    const policies = await policy([`${ONE}\ndowngrade: forbid`]);
    await install(high.reference, { policies });
    await expectError(() => install(low.reference, { policies }), 'DOWNGRADE');
    const error = await expectError(
      () => install(low.reference, { policies, allowDowngrade: true }),
      'POLICY_REFUSED',
    );
    expect(error.message).toContain('the rule forbids --allow-downgrade');
    expect(
      await install(low.reference, { policies: await policy([ONE]), allowDowngrade: true }),
    ).toBe('downgraded');
  });

  it('unsigned never replaces signed, although its rule would allow it', async () => {
    const signed = await publish({ key });
    const unsigned = await publish({ version: '1.1.0' });
    const policies = await policy([`${ONE}\nunsigned: allow`]);
    await install(signed.reference, { policies });
    await expectError(() => install(unsigned.reference, { policies }), 'SIGNATURE_MISMATCH');
  });
});
