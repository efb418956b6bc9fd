import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { VerifiedSubject } from '../../src/content/verified-subject.ts';
import { signatureTagOf } from '../../src/reference/digest.ts';
import type { PrivateKey } from '../../src/signing/private-key.ts';
import { createKeySigner } from '../../src/signing/signer.ts';
import type { TrustOptions } from '../../src/workflows/create-verifier.ts';
import { openStore } from '../../src/workflows/open-store.ts';
import {
  rotateSignatures,
  type RotationOptions,
  type RotationReport,
} from '../../src/workflows/rotation/rotate-signatures.ts';
import { signArtifact, type SignOptions } from '../../src/workflows/sign-artifact.ts';
import { verifyArtifact } from '../../src/workflows/verify-artifact.ts';
import { makeKey } from '../signing/support.ts';
import { expectError } from '../support/expect-error.ts';
import { filesBelow } from '../support/files-below.ts';
import { signSubject } from '../support/sign-subject.ts';
import { makeArtifact, pushArtifact } from '../support/small-artifact.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { startTestRegistry, type TestRegistryOptions } from '../support/test-registry.ts';

let old: PrivateKey;
let next: PrivateKey;
let stranger: PrivateKey;
beforeAll(async () => {
  [old, next, stranger] = await Promise.all([makeKey(), makeKey(), makeKey()]);
});

interface Place {
  /** What holds the artifacts, without a tag. */
  readonly place: string;
  /** Whatever changes when something is written. */
  readonly written: () => unknown;
}

function layout(): Promise<Place> {
  const directory = join(temporaryDirectory(), 'layout');
  return Promise.resolve({
    place: `oci-layout:${directory}`,
    written: () => filesBelow(directory),
  });
}

async function registry(options: TestRegistryOptions = {}): Promise<Place> {
  const { host, log } = await startTestRegistry(options);
  const isWrite = ({ method }: { readonly method: string }): boolean =>
    method !== 'GET' && method !== 'HEAD';
  return { place: `${host}/acme/my-plugin`, written: () => log.filter(isWrite).length };
}

/** Puts an artifact under these tags; gives its reference by digest. */
async function add({ place }: Place, ...tags: readonly string[]): Promise<string> {
  const opened = await openStore(place, {});
  const artifact = makeArtifact(tags.join());
  await pushArtifact(opened.store, artifact);
  for (const tag of tags) await opened.store.tag(artifact.manifest, tag);
  return opened.format({ digest: artifact.manifest.digest });
}

const signBy = (reference: string, key: PrivateKey, options: Partial<SignOptions> = {}) =>
  signArtifact(reference, { signer: createKeySigner(key), ...options });

const rotate = (place: Place, options: Partial<RotationOptions> = {}): Promise<RotationReport> =>
  rotateSignatures(place.place, {
    signer: createKeySigner(next),
    oldKeys: [old.publicKey],
    ...options,
  });

async function verifyBy(
  reference: string,
  key: PrivateKey,
  trust: TrustOptions = {},
): Promise<VerifiedSubject> {
  return (await verifyArtifact(reference, { keys: [key.publicKey], ...trust })).subject;
}

/** State and tags of each artifact. */
const outcome = ({ artifacts }: RotationReport): Record<string, string> =>
  Object.fromEntries(artifacts.map(({ tags, state }) => [tags.join(), state]));

describe.each([
  ['a layout', layout],
  ['a registry', registry],
])('signing all tags of %s anew', (_name, start) => {
  it('signs what the old key signed, once, and leaves all else alone', async () => {
    const place = await start();
    const both = await add(place, '1.0.0', 'latest');
    const bundle = await add(place, '1.1.0');
    const unsigned = await add(place, '2.0.0');
    const foreign = await add(place, '2.1.0');
    await signBy(both, old);
    await signBy(both, stranger);
    await signBy(bundle, old, { format: 'bundle', annotations: { team: 'edge' } });
    await signBy(foreign, stranger);

    const before = place.written();
    const signer = () => expect.unreachable('nothing is to be signed');
    const wouldDo = outcome(await rotate(place, { dryRun: true, signer }));
    const alone = { '2.0.0': 'refused', '2.1.0': 'refused' };
    expect(wouldDo).toEqual({ '1.0.0,latest': 'verified', '1.1.0': 'verified', ...alone });
    expect(place.written()).toEqual(before);

    let opened = 0;
    const report = await rotate(place, {
      signer: () => {
        opened += 1;
        return Promise.resolve(createKeySigner(next));
      },
    });
    expect(opened).toBe(1);
    expect(outcome(report)).toEqual({ '1.0.0,latest': 'signed', '1.1.0': 'signed', ...alone });
    expect(report.artifacts.map(({ problem }) => problem?.code)).toEqual([
      undefined,
      undefined,
      'NO_SIGNATURE',
      'SIGNATURE_MISMATCH',
    ]);
    for (const key of [next, old, stranger]) await verifyBy(both, key);
    for (const key of [next, old]) await verifyBy(bundle, key, { annotations: { team: 'edge' } });
    await expectError(() => verifyBy(unsigned, next), 'NO_SIGNATURE');
    await expectError(() => verifyBy(foreign, next), 'SIGNATURE_MISMATCH');

    const after = place.written();
    const again = { '1.0.0,latest': 'present', '1.1.0': 'present', ...alone };
    expect(outcome(await rotate(place))).toEqual(again);
    expect(place.written()).toEqual(after);
  });
});

describe('signing all tags anew', () => {
  it('says again for which repository the old key signed', async () => {
    const place = await layout();
    const reference = await add(place, '1.0.0');
    const { store, repository } = await openStore(place.place, {});
    const descriptor = await store.resolve('1.0.0');
    const elsewhere = 'registry.example/acme/elsewhere';
    await signSubject(
      store,
      { repository, descriptor },
      {
        signer: createKeySigner(old),
        format: 'both',
        repository: elsewhere,
        bundleAnnotations: { 'dev.kongcrate.repository': elsewhere },
        createdAt: new Date(0),
      },
    );
    await rotate(place, { annotations: { rotated: 'yes' } });
    const { trust } = await verifyBy(reference, next, { annotations: { rotated: 'yes' } });
    expect(trust).toMatchObject({
      signers: [
        {
          signedReference: elsewhere,
          annotations: { 'dev.kongcrate.repository': elsewhere, rotated: 'yes' },
        },
      ],
    });
  });

  it('goes on where tags never move, and says which signature is missing', async () => {
    const place = await registry({ immutableTags: true });
    const [first, second] = [await add(place, '1.0.0'), await add(place, '1.1.0')];
    await signBy(first, old);
    await signBy(second, old, { format: 'bundle' });
    const report = await rotate(place);
    expect(outcome(report)).toEqual({ '1.0.0': 'incomplete', '1.1.0': 'signed' });
    const problem = report.artifacts[0]?.problem;
    expect(problem?.message).toContain('the bundle signature stands, the legacy one was refused');
    expect(problem?.remedy).toContain('--signature-format bundle');
    for (const key of [old, next]) for (const one of [first, second]) await verifyBy(one, key);
    const bundles = await rotate(place, { format: 'bundle' });
    expect(outcome(bundles)).toEqual({ '1.0.0': 'present', '1.1.0': 'present' });
  });

  it('loses nothing where neither signature is taken', async () => {
    const place = await registry({ immutableTags: true, referrersApi: false });
    const reference = await add(place, '1.0.0');
    await signBy(reference, old);
    const { artifacts } = await rotate(place);
    expect(artifacts).toMatchObject([{ state: 'incomplete', problem: { code: 'REGISTRY_ERROR' } }]);
    await verifyBy(reference, old);
    await expectError(() => verifyBy(reference, next), 'SIGNATURE_MISMATCH');
  });

  it('reads and writes signatures where they are kept', async () => {
    const place = await registry();
    const reference = await add(place, '1.0.0');
    const signatureRepository = `${place.place}-signatures`;
    await signBy(reference, old, { signatureRepository });
    expect(outcome(await rotate(place))).toEqual({ '1.0.0': 'refused' });
    expect(outcome(await rotate(place, { signatureRepository }))).toEqual({ '1.0.0': 'signed' });
    const { store } = await openStore(signatureRepository, {});
    expect(await store.tags()).toEqual([signatureTagOf(`sha256:${reference.slice(-64)}`)]);
    const keys = [next.publicKey];
    await verifyArtifact(reference, { keys, signatureRepository });
  });

  it('takes any of several old keys, and a signer that fails ends it', async () => {
    const place = await layout();
    for (const [tag, key] of [
      ['1.0.0', old],
      ['1.1.0', stranger],
    ] as const)
      await signBy(await add(place, tag), key);
    const before = place.written();
    const fails = { ...createKeySigner(next), sign: () => Promise.reject(new Error('no card')) };
    await expect(rotate(place, { signer: fails })).rejects.toThrow('no card');
    await expectError(
      () => rotate(place, { signer: { ...createKeySigner(next), identity: stranger.publicKey } }),
      'SIGNATURE_MISMATCH',
    );
    expect(place.written()).toEqual(before);
    const report = await rotate(place, { oldKeys: [old.publicKey, stranger.publicKey] });
    expect(outcome(report)).toEqual({ '1.0.0': 'signed', '1.1.0': 'signed' });
    expect(report.repository).toBe('localhost/layout');
  });

  it('wants a repository, and old keys', async () => {
    const place = await layout();
    const reference = await add(place, '1.0.0');
    for (const one of [reference, `${place.place}:1.0.0`])
      await expectError(() => rotate({ ...place, place: one }), 'USAGE');
    await expectError(() => rotate(place, { oldKeys: [] }), 'TRUST_MISSING');
    await expectError(() => rotate({ ...place, place: 'oci-layout:/nowhere' }), 'NOT_FOUND');
  });
});
