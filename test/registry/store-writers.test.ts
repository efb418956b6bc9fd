import { describe, expect, it } from 'vitest';
import { referrersTagOf } from '../../src/reference/digest.ts';
import { expectError } from '../support/expect-error.ts';
import { makeArtifact, pushArtifact, type SmallArtifact } from '../support/small-artifact.ts';
import { failure } from '../support/test-registry-content.ts';
import { startTestRegistry } from '../support/test-registry.ts';
import { artifact, startRace, statuses, type Race } from './race-support.ts';
import { openTestStore } from './store-support.ts';

const subject = artifact.manifest.digest;
const makeReferrer = (name: string): SmallArtifact =>
  makeArtifact(name, { subject: artifact.manifest });

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

describe('a digest that the registry calls invalid while another writer links the same blobs', () => {
  it.each([
    [4, 'is put again'],
    [5, 'is an error in the end'],
  ])('%i times: %s', async (times) => {
    const registry = await startTestRegistry();
    registry.next('PUT', /manifests/, { instead: failure(400, 'DIGEST_INVALID') }, times);
    const push = (): Promise<void> => pushArtifact(openTestStore(registry.host), artifact);
    if (times === 4) await push();
    else await expectError(push, 'REGISTRY_ERROR');
    expect(registry.requests(/manifests/)).toHaveLength(5);
  });
});

it('a tag that people name is written without looking again', async () => {
  const registry = await startTestRegistry();
  const store = openTestStore(registry.host);
  await pushArtifact(store, artifact);
  const before = registry.log.length;
  await store.tag(artifact.manifest, '1.0.0');
  expect(registry.log).toHaveLength(before + 1);
});
