import { describe, expect, it } from 'vitest';
import { readManifest } from '../../src/content/read-content.ts';
import type { RegistryStore } from '../../src/registry/registry-store.ts';
import { referrersTagOf, signatureTagOf } from '../../src/reference/digest.ts';
import type { PrivateKey } from '../../src/signing/private-key.ts';
import { makeKey, signWith } from '../signing/support.ts';
import { expectError } from '../support/expect-error.ts';
import { makeArtifact, pushArtifact, type SmallArtifact } from '../support/small-artifact.ts';
import {
  startTestRegistry,
  type TestRegistry,
  type TestRegistryOptions,
} from '../support/test-registry.ts';
import { openTestStore, REPOSITORY } from './store-support.ts';

const artifact = makeArtifact('layer');
const subject = artifact.manifest.digest;
const makeReferrer = (name: string): SmallArtifact =>
  makeArtifact(name, { subject: artifact.manifest });

/** Opens when so many have arrived. */
function latch(count: number): {
  readonly arrive: () => Promise<void>;
  readonly open: Promise<void>;
} {
  let left = count;
  let unlock = (): void => undefined;
  const open = new Promise<void>((resolve) => {
    unlock = resolve;
  });
  const arrive = (): Promise<void> => {
    left -= 1;
    if (left === 0) unlock();
    return open;
  };
  return { arrive, open };
}

interface Race {
  readonly registry: TestRegistry;
  readonly stores: readonly [RegistryStore, RegistryStore];
}

/**
 * Two writers who both read a tag before either writes it, and who both wait, before they read it
 * again, until both have written: what one of them wrote first is lost.
 */
async function startRace(
  tag: string,
  options: TestRegistryOptions,
  prepare: (store: RegistryStore) => Promise<void>,
): Promise<Race> {
  const registry = await startTestRegistry({ referrersApi: false, ...options });
  const store = openTestStore(registry.host);
  await pushArtifact(store, artifact);
  await prepare(store);
  const path = new RegExp(`manifests/${tag}$`);
  const reads = latch(2);
  const writes = latch(2);
  registry.next('GET', path, { after: reads.arrive }, 2);
  registry.next('PUT', path, { after: () => void writes.arrive() }, 2);
  const open = (): RegistryStore =>
    openTestStore(registry.host, { retries: { wait: () => writes.open } });
  return { registry, stores: [open(), open()] };
}

const statuses = ({ registry }: Race, method: string, tag: string): readonly number[] =>
  registry.log
    .filter((one) => one.method === method && one.path.endsWith(tag))
    .map(({ status }) => status);

describe('two writers of a list of referrers at once', () => {
  const tag = referrersTagOf(subject);
  const referrers = [makeReferrer('a'), makeReferrer('b')] as const;

  const first = makeReferrer('first');
  const push = (race: Race): Promise<unknown> =>
    Promise.all([
      pushArtifact(race.stores[0], referrers[0]),
      pushArtifact(race.stores[1], referrers[1]),
    ]);

  it.each([
    ['none', [201, 201, 201]],
    ['ignored', [201, 201, 201]],
    ['honoured', [201, 412, 201]],
  ] as const)('both end up listed (entity tags: %s)', async (entityTags, expected) => {
    const race = await startRace(tag, { entityTags }, (store) => pushArtifact(store, first));
    await push(race);
    const listed = await openTestStore(race.registry.host).referrers(subject);
    expect(listed.map(({ digest }) => digest).sort()).toEqual(
      [first, ...referrers].map(({ manifest }) => manifest.digest).sort(),
    );
    expect(statuses(race, 'PUT', tag).slice(1)).toEqual(expected);
  });

  it('both end up listed where there was no list', async () => {
    const race = await startRace(tag, { entityTags: 'honoured' }, () => Promise.resolve());
    await push(race);
    expect(await openTestStore(race.registry.host).referrers(subject)).toHaveLength(2);
  });

  it('an entry that is lost again and again is an error in the end', async () => {
    const registry = await startTestRegistry({ referrersApi: false });
    const store = openTestStore(registry.host);
    await pushArtifact(store, artifact);
    registry.next('PUT', /sha256-/, { instead: { status: 201 } }, Infinity);
    const error = await expectError(() => pushArtifact(store, makeReferrer('a')), 'REGISTRY_ERROR');
    expect(error.message).toContain(`${tag} was written by others`);
    expect(
      registry.requests(/manifests\/sha256-/).filter((line) => line.startsWith('PUT')),
    ).toHaveLength(8);
  });

  it('the pause before reading again is 30 ms at least, and longer by chance', async () => {
    const registry = await startTestRegistry({ referrersApi: false });
    const pausesMs: number[] = [];
    const wait = (delayMs: number): Promise<void> => Promise.resolve(void pausesMs.push(delayMs));
    for (const [name, random] of [
      ['a', 0],
      ['b', 0.9],
    ] as const) {
      const store = openTestStore(registry.host, { retries: { wait, random: () => random } });
      await pushArtifact(store, artifact);
      await pushArtifact(store, makeReferrer(name));
    }
    expect(pausesMs[0]).toBeGreaterThanOrEqual(30);
    expect(pausesMs[1]).toBeGreaterThanOrEqual(30 * 1.45);
  });
});

describe('two signers of the same digest at once', () => {
  const tag = signatureTagOf(subject);
  const pinned = { repository: `registry.example/${REPOSITORY}`, descriptor: artifact.manifest };
  const sign = async (store: RegistryStore, key: PrivateKey): Promise<void> => {
    await signWith(key, { store, subject: pinned }, { format: 'legacy' });
  };

  it.each([
    ['none', [201, 201, 201]],
    ['ignored', [201, 201, 201]],
    ['honoured', [201, 412, 201]],
  ] as const)(
    'the one whose signature is lost is told, and keeps all by signing again (entity tags: %s)',
    async (entityTags, expected) => {
      const race = await startRace(tag, { entityTags }, async (store) =>
        sign(store, await makeKey()),
      );
      const keys = [await makeKey(), await makeKey()] as const;
      const signed = await Promise.allSettled([
        sign(race.stores[0], keys[0]),
        sign(race.stores[1], keys[1]),
      ]);
      const lost = signed.flatMap((one, at) => (one.status === 'rejected' ? [{ ...one, at }] : []));
      expect(lost).toMatchObject([{ reason: { code: 'TAG_EXISTS', details: { tag } } }]);
      const again = openTestStore(race.registry.host);
      await sign(again, keys[lost[0]?.at ?? 0] ?? keys[0]);
      const { document } = await readManifest(again, await again.resolve(tag));
      expect(document).toMatchObject({ kind: 'manifest', layers: [{}, {}, {}] });
      expect(statuses(race, 'PUT', tag).slice(1)).toEqual(expected);
    },
  );

  it('a tag that the registry never moves is no race: it is quoted', async () => {
    for (const entityTags of ['honoured', 'ignored', 'none'] as const) {
      const registry = await startTestRegistry({ immutableTags: true, entityTags });
      const store = openTestStore(registry.host);
      await pushArtifact(store, artifact);
      await sign(store, await makeKey());
      const key = await makeKey();
      const error = await expectError(() => sign(store, key), 'REGISTRY_ERROR');
      expect(error.message).toContain('the tag is configured as immutable');
    }
  });

  it('a tag that people name is written without looking again', async () => {
    const registry = await startTestRegistry();
    const store = openTestStore(registry.host);
    await pushArtifact(store, artifact);
    const before = registry.log.length;
    await store.tag(artifact.manifest, '1.0.0');
    expect(registry.log).toHaveLength(before + 1);
  });
});
