import { describe, expect, it } from 'vitest';
import { readManifest } from '../../src/content/read-content.ts';
import type { RegistryStore } from '../../src/registry/registry-store.ts';
import { signatureTagOf } from '../../src/reference/digest.ts';
import type { PrivateKey } from '../../src/signing/private-key.ts';
import { makeKey, signWith } from '../signing/support.ts';
import { expectError } from '../support/expect-error.ts';
import { pushArtifact } from '../support/small-artifact.ts';
import { startTestRegistry, type TestRegistry } from '../support/test-registry.ts';
import { artifact, startRace, statuses } from './race-support.ts';
import { openTestStore, REPOSITORY } from './store-support.ts';

const subject = artifact.manifest.digest;

describe('two signers of the same digest at once', () => {
  const tag = signatureTagOf(subject);
  const pinned = { repository: `registry.example/${REPOSITORY}`, descriptor: artifact.manifest };
  const sign = async (store: RegistryStore, key: PrivateKey): Promise<void> => {
    await signWith(key, { store, subject: pinned }, { format: 'legacy' });
  };

  const layersUnder = async (registry: TestRegistry): Promise<unknown> => {
    const store = openTestStore(registry.host);
    const { document } = await readManifest(store, await store.resolve(tag));
    return document.kind === 'manifest' && document.layers.map(({ annotations }) => annotations);
  };

  it.each([
    ['none', [201, 201, 201]],
    ['ignored', [201, 201, 201]],
    ['honoured', [201, 412, 201]],
  ] as const)(
    'keep both signatures: whose is lost adds it again (entity tags: %s)',
    async (entityTags, expected) => {
      const race = await startRace(tag, { entityTags }, async (store) =>
        sign(store, await makeKey()),
      );
      const keys = [await makeKey(), await makeKey()] as const;
      await Promise.all([sign(race.stores[0], keys[0]), sign(race.stores[1], keys[1])]);
      expect(await layersUnder(race.registry)).toHaveLength(3);
      expect(statuses(race, 'PUT', tag).slice(1)).toEqual(expected);
    },
  );

  it('keep both signatures where there was none before', async () => {
    const race = await startRace(tag, { entityTags: 'honoured' }, () => Promise.resolve());
    const keys = [await makeKey(), await makeKey()] as const;
    await Promise.all([sign(race.stores[0], keys[0]), sign(race.stores[1], keys[1])]);
    expect(await layersUnder(race.registry)).toHaveLength(2);
  });

  it('write nothing again where the other added to what stood there', async () => {
    const registry = await startTestRegistry();
    await pushArtifact(openTestStore(registry.host), artifact);
    const other = await makeKey();
    let isSigned = false;
    const wait = async (): Promise<void> => {
      if (!isSigned) await sign(openTestStore(registry.host), other);
      isSigned = true;
    };
    await sign(openTestStore(registry.host, { retries: { wait } }), await makeKey());
    expect(await layersUnder(registry)).toHaveLength(2);
    const puts = registry.requests(/\.sig/).filter((line) => line.startsWith('PUT'));
    expect(puts).toHaveLength(2);
  });

  it('a signature that is lost each time is TAG_EXISTS in the end, made once', async () => {
    const registry = await startTestRegistry();
    const store = openTestStore(registry.host);
    await pushArtifact(store, artifact);
    registry.next('PUT', /\.sig/, { instead: { status: 201 } }, Infinity);
    const key = await makeKey();
    const error = await expectError(() => sign(store, key), 'TAG_EXISTS');
    expect(error.message).toContain(`${tag} was written by others at the same time, 8 times over`);
    expect(error.remedy).toContain('Sign again');
    expect(error.details).toEqual({ tag });
    expect(registry.requests(/\.sig/).filter((line) => line.startsWith('PUT'))).toHaveLength(8);
    // Config and layer of the artifact, config and payload of the signature: each of them once.
    expect(registry.requests(/uploads/)).toHaveLength(4 * 2);
  });

  it('a tag that the registry never moves is no race: it is quoted', async () => {
    for (const entityTags of ['honoured', 'ignored', 'none'] as const) {
      const registry = await startTestRegistry({ immutableTags: true, entityTags });
      const store = openTestStore(registry.host);
      await pushArtifact(store, artifact);
      await sign(store, await makeKey());
      const key = await makeKey();
      const error = await expectError(() => sign(store, key), 'REGISTRY_ERROR');
      expect(error.message).toContain('the tag is configured as immutable');
      expect(await layersUnder(registry)).toHaveLength(1);
    }
  });
});
