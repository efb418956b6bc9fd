import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Credentials } from '../../src/registry/credentials/credentials.ts';
import { signatureTagOf } from '../../src/reference/digest.ts';
import type { PrivateKey } from '../../src/signing/private-key.ts';
import { createKeySigner } from '../../src/signing/signer.ts';
import { inspectArtifact } from '../../src/workflows/inspect-artifact.ts';
import { installPlugins } from '../../src/workflows/install-plugins.ts';
import { publishPlugin, type PublishedPlugin } from '../../src/workflows/publish-plugin.ts';
import { pullArtifact } from '../../src/workflows/pull-artifact.ts';
import { readPolicy } from '../../src/workflows/read-policy.ts';
import { signArtifact } from '../../src/workflows/sign-artifact.ts';
import { verifyArtifact, type VerifyOptions } from '../../src/workflows/verify-artifact.ts';
import { verifyInstalled } from '../../src/workflows/verify-installed.ts';
import { kindOf } from '../registry/request-kinds.ts';
import { registry, writeSource } from '../registry/plugin-source.ts';
import { policyText } from '../signing/policy/support.ts';
import { makeKey } from '../signing/support.ts';
import { expectError } from '../support/expect-error.ts';
import { publish } from '../support/published.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { failure, type Exchange, type Reply } from '../support/test-registry-content.ts';
import { startTestRegistry, type TestRegistry } from '../support/test-registry.ts';

const source = writeSource('1.0.0');

let key: PrivateKey;
let artifacts: TestRegistry;
let signatures: TestRegistry;
let reference = '';
let elsewhere = '';

beforeEach(async () => {
  key = await makeKey();
  artifacts = await startTestRegistry({ referrersApi: false, authorize: onlyFor('alice') });
  signatures = await startTestRegistry({ referrersApi: false, authorize: onlyFor('bob') });
  reference = `${artifacts.host}/acme/my-plugin:1.0.0`;
  elsewhere = `${signatures.host}/acme/signatures`;
});

const authorizationOf = (user: string): string =>
  `Basic ${Buffer.from(`${user}:secret of ${user}`).toString('base64')}`;

const onlyFor =
  (user: string) =>
  ({ headers }: Exchange): Reply | undefined => {
    if (headers.authorization === authorizationOf(user)) return undefined;
    const denied = failure(401, 'UNAUTHORIZED');
    return { ...denied, headers: { ...denied.headers, 'www-authenticate': 'Basic realm="tests"' } };
  };

const login = (username: string): Credentials => ({
  ...{ kind: 'basic', username, source: 'the test' },
  password: `secret of ${username}`,
});

/** Whose login each registry gets. */
const access = (): VerifyOptions => ({
  registry: {
    ...registry,
    credentials: (host) => Promise.resolve(login(host === artifacts.host ? 'alice' : 'bob')),
  },
});
const trusting = (): VerifyOptions => ({ ...access(), keys: [key.publicKey] });
const there = (): VerifyOptions => ({ ...trusting(), signatureRepository: elsewhere });

const publishAs = (
  signer: PrivateKey,
  signatureRepository?: string,
  files = source,
): Promise<PublishedPlugin> =>
  publishPlugin(files, reference, {
    ...{ ...access(), signer: createKeySigner(signer), signatureRepository, force: true },
  });

/** What was asked of a registry since, without the first refusal of a login. */
const kindsSince = ({ log }: TestRegistry, from: number): readonly string[] =>
  log
    .slice(from)
    .filter(({ status }) => status !== 401)
    .map(kindOf);

describe('signatures in another repository', () => {
  it('are written there and nowhere else, and verified from there alone', async () => {
    const published = await publishAs(key, elsewhere);
    expect(artifacts.requests(/\.sig|sha256-|referrers/)).toEqual([]);
    expect(signatures.repository('acme/signatures').tags.size).toBe(2);
    const before = [artifacts.log.length, signatures.log.length] as const;
    const { subject } = await verifyArtifact(reference, there());
    expect(subject.reference.repository).toBe(`${artifacts.host}/acme/my-plugin`);
    expect(subject.trust).toMatchObject({
      signatureRepository: elsewhere,
      signers: [{ signedReference: `${artifacts.host}/acme/my-plugin` }],
    });
    expect(kindsSince(artifacts, before[0])).toEqual(['GET tag']);
    expect(kindsSince(signatures, before[1])).toEqual([
      ...['GET referrers', 'GET fallback', 'GET manifest', 'GET blob', 'GET .sig', 'GET blob'],
    ]);
    await expectError(() => verifyArtifact(reference, trusting()), 'NO_SIGNATURE');
    const again = await publishAs(key, elsewhere);
    expect(again.signatures).toEqual(
      published.signatures.map((one) => ({ ...one, state: 'present' })),
    );
  });

  it('each registry sees its own login and no other', async () => {
    await publishAs(key, elsewhere);
    await verifyArtifact(reference, there());
    const seen = ({ log }: TestRegistry): unknown =>
      new Set(log.map(({ headers }) => headers.authorization));
    expect(seen(artifacts)).toEqual(new Set([undefined, authorizationOf('alice')]));
    expect(seen(signatures)).toEqual(new Set([undefined, authorizationOf('bob')]));
  });

  it('the receipt names the place, and stored evidence is judged without it', async () => {
    await publishAs(key, elsewhere);
    const root = { luaRoot: join(temporaryDirectory(), 'lua') };
    await installPlugins([reference], { ...there(), root, mode: 'stage' });
    const before = signatures.log.length;
    await installPlugins([reference], { ...there(), root });
    const receipt = readFileSync(join(root.luaRoot, '.kongcrate/current/receipt.json'), 'utf8');
    expect(receipt).toContain(`"signatureRepository": "${elsewhere}"`);
    const { plugins } = await verifyInstalled([], { root });
    expect(plugins).toMatchObject([{ trust: { signatureRepository: elsewhere } }]);
    expect(signatures.log).toHaveLength(before);
  });

  it('a pulled layout carries them, and inspect shows them', async () => {
    await publishAs(key, elsewhere);
    const output = join(temporaryDirectory(), 'layout');
    await pullArtifact(reference, { ...there(), output, format: 'oci' });
    const { subject } = await verifyArtifact(`oci-layout:${output}`, there());
    expect(subject.trust).toMatchObject({ signers: [{ formats: ['legacy', 'bundle'] }] });
    expect(subject.trust).not.toHaveProperty('signatureRepository');
    const options = { ...access(), signatureRepository: elsewhere };
    expect(await inspectArtifact(reference, options)).toMatchObject({
      ...{ signatureRepository: elsewhere, legacySignatures: { count: 1 } },
      referrers: [{ referrers: [] }],
    });
  });

  it('of several artifacts with one digest are one another’s: no bundle is written twice', async () => {
    const signer = createKeySigner(key);
    await publishAs(key, elsewhere);
    signatures
      .repository('acme/signatures')
      .tags.delete(
        [...signatures.repository('acme/signatures').tags.keys()].find((tag) =>
          tag.endsWith('.sig'),
        ) ?? '',
      );
    const options = { ...access(), signatureRepository: elsewhere, signer };
    const { signatures: written } = await signArtifact(reference, options);
    expect(written).toMatchObject([{ state: 'present' }, { state: 'added' }]);
  });

  it('named as the artifact’s own repository, they are beside it', async () => {
    const own = `${artifacts.host}/acme/my-plugin`;
    await publishAs(key, own);
    const { subject } = await verifyArtifact(reference, {
      ...trusting(),
      signatureRepository: own,
    });
    expect(subject.trust).not.toHaveProperty('signatureRepository');
    expect(signatures.log).toEqual([]);
  });
});

describe('what another repository cannot do', () => {
  it('a signature of another digest under the tag of this one', async () => {
    const other = writeSource('1.0.0');
    writeFileSync(join(other, 'kong/plugins/my-plugin/more.lua'), 'return {}\n');
    await publishAs(key, elsewhere, other);
    const { tags } = signatures.repository('acme/signatures');
    const stolen = [...tags].find(([tag]) => tag.endsWith('.sig'))?.[1];
    const { digest } = await publishAs(await makeKey());
    if (stolen) tags.set(signatureTagOf(digest), stolen);
    const error = await expectError(() => verifyArtifact(reference, there()), 'SIGNATURE_MISMATCH');
    expect(error.message).toMatch(/layer 1 of sha256-\w+\.sig in 127\S+: .*signs another digest/);
  });

  it('what is beside the artifact does not count there, nor make it unsigned', async () => {
    await publishAs(key);
    const error = await expectError(() => verifyArtifact(reference, there()), 'NO_SIGNATURE');
    expect(error.message).toMatch(`${elsewhere} holds no signature of ${artifacts.host}/acme`);
    const unsigned = { ...access(), signatureRepository: elsewhere, allowUnsigned: true };
    const output = join(temporaryDirectory(), 'pulled');
    await expectError(() => pullArtifact(reference, { ...unsigned, output }), 'SIGNATURE_MISMATCH');
  });

  it('what is there makes an artifact signed, whatever is beside it', async () => {
    await publishAs(key, elsewhere);
    const output = join(temporaryDirectory(), 'pulled');
    const unsigned = { ...access(), allowUnsigned: true, output };
    const options = { ...unsigned, signatureRepository: elsewhere };
    const error = await expectError(() => pullArtifact(reference, options), 'SIGNATURE_MISMATCH');
    expect(error.message).toContain(` in ${elsewhere}`);
    await pullArtifact(reference, unsigned);
  });

  it('a policy goes by the repository of the artifact', async () => {
    await publishAs(key, elsewhere);
    const directory = temporaryDirectory();
    mkdirSync(join(directory, 'keys'));
    writeFileSync(join(directory, 'keys/one.pub'), key.publicKey.pem);
    const verifyUnder = async (match: string, rule: string): Promise<unknown> => {
      const path = join(directory, 'policy.yaml');
      writeFileSync(path, policyText(`match: ${match}/acme/*\n${rule}`));
      const policies = [await readPolicy(path)];
      return verifyArtifact(reference, { ...access(), signatureRepository: elsewhere, policies });
    };
    const keys = 'keys: [keys/one.pub]';
    await verifyUnder(artifacts.host, keys);
    await expectError(() => verifyUnder(signatures.host, keys), 'POLICY_REFUSED');
    await publishAs(key);
    elsewhere = `${signatures.host}/acme/empty`;
    await expectError(() => verifyUnder(artifacts.host, 'unsigned: allow'), 'SIGNATURE_MISMATCH');
  });

  it.each([
    ['an error', failure(500, 'UNKNOWN'), 'REGISTRY_ERROR'],
    ['a refused login', failure(403, 'DENIED'), 'REGISTRY_ERROR'],
    ['a login that is asked for', failure(401, 'UNAUTHORIZED'), 'AUTHENTICATION_FAILED'],
    ['a broken connection', 'reset', 'NETWORK_FAILED'],
  ] as const)('%s there is no "unsigned"', async (_what, instead, code) => {
    await publishAs(key);
    signatures.next('GET', /./, { instead }, Infinity);
    await expectError(() => verifyArtifact(reference, there()), code);
  });

  it.each([
    '127.0.0.1:5000',
    'r.example/acme/x:1',
    'https://r.example/x',
    'r.example/UP',
    'r.example/',
  ])('be called %s', async (signatureRepository) => {
    await expectError(
      () => verifyArtifact(reference, { ...trusting(), signatureRepository }),
      'REFERENCE_INVALID',
    );
    expect(artifacts.log).toEqual([]);
  });

  it('hold the signatures of a layout: that keeps its own', async () => {
    const layout = await publish({ key });
    await verifyArtifact(layout.reference, there());
    expect(signatures.log).toEqual([]);
  });
});
