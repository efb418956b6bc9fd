import { describe, expect, it } from 'vitest';
import { decodeSnapshot, encodeSnapshot } from '../../src/content/content-snapshot.ts';
import { describe as describeBytes } from '../../src/content/descriptor.ts';
import { MemoryStore } from '../../src/content/memory-store.ts';
import { OCI_CONFIG } from '../../src/reference/media-types.ts';
import { expectError } from '../support/expect-error.ts';
import {
  makeKey,
  pushBundle,
  pushIndex,
  pushManifest,
  REPOSITORY,
  signWith,
  storeWithSubject,
  toBytes,
  verifyWith,
} from './support.ts';

const alice = await makeKey();
const bob = await makeKey();

describe('an index', () => {
  const child = (store: MemoryStore, name: string) =>
    pushManifest(store, {
      config: describeBytes(OCI_CONFIG, toBytes('{}')),
      layers: [],
      annotations: { 'dev.kongcrate.plugin.name': name },
    });
  const platform = (architecture: string) => ({ platform: { os: 'linux', architecture } });

  it('gives the child for linux/amd64, covered by the index signature', async () => {
    const store = new MemoryStore();
    const arm = { ...(await child(store, 'arm')), ...platform('arm64') };
    const amd = { ...(await child(store, 'amd')), ...platform('amd64') };
    const subject = { repository: REPOSITORY, descriptor: await pushIndex(store, [arm, amd]) };
    await signWith(alice, { store, subject });
    const verified = await verifyWith([alice], { store, subject });
    expect(verified.manifestDigest).toBe(amd.digest);
    expect(verified.manifest.annotations['dev.kongcrate.plugin.name']).toBe('amd');
    expect(verified.evidence.blobs.has(amd.digest)).toBe(true);
    await expectError(
      () => verifyWith([alice], { store, subject: { ...subject, descriptor: amd } }),
      'NO_SIGNATURE',
    );
    await expectError(
      () => verifyWith([alice], { store, subject }, { expectedName: 'arm' }),
      'IDENTITY_MISMATCH',
    );
  });

  it('gives the only child, and refuses to guess among several', async () => {
    const store = new MemoryStore();
    const one = await child(store, 'one');
    const two = await child(store, 'two');
    const single = { repository: REPOSITORY, descriptor: await pushIndex(store, [one]) };
    await signWith(alice, { store, subject: single });
    expect((await verifyWith([alice], { store, subject: single })).manifestDigest).toBe(one.digest);
    const several = { repository: REPOSITORY, descriptor: await pushIndex(store, [one, two]) };
    await signWith(alice, { store, subject: several });
    await expectError(() => verifyWith([alice], { store, subject: several }), 'CONTENT_INVALID');
  });
});

describe('evidence', () => {
  it('verifies again offline, and holds nothing that was not accepted', async () => {
    const place = await storeWithSubject();
    await signWith(bob, place);
    await signWith(alice, place);
    await pushBundle(place, 'junk');
    const { evidence } = await verifyWith([alice], place);
    const kept = decodeSnapshot(encodeSnapshot(evidence));
    const again = await verifyWith([alice], { ...place, store: new MemoryStore(kept) });
    expect(again.trust).toMatchObject({ signers: [{ formats: ['legacy', 'bundle'] }] });
    expect(again.evidence).toEqual(evidence);
    // Subject, .sig manifest, one payload that both keys signed, bundle manifest, bundle.
    expect(evidence.blobs.size).toBe(5);
    await expectError(
      () => verifyWith([bob], { ...place, store: new MemoryStore(kept) }, { threshold: 2 }),
      'USAGE',
    );
  });

  it('of a key that is trusted no longer proves nothing', async () => {
    const place = await storeWithSubject();
    await signWith(alice, place);
    const { evidence } = await verifyWith([alice], place);
    const store = new MemoryStore(evidence);
    await expectError(() => verifyWith([bob], { ...place, store }), 'SIGNATURE_MISMATCH');
  });
});
