import { describe, expect, it } from 'vitest';
import type { Descriptor } from '../../src/content/descriptor.ts';
import { MemoryStore } from '../../src/content/memory-store.ts';
import type { PinnedReference } from '../../src/content/verified-subject.ts';
import { readBack } from '../../src/signing/read-back.ts';
import { createKeySigner, type Signer } from '../../src/signing/signer.ts';
import type { SignOptions } from '../../src/signing/sign-subject.ts';
import { expectError } from '../support/expect-error.ts';
import { signSubject } from '../support/sign-subject.ts';
import { makeKey, REPOSITORY, storeWithSubject } from './support.ts';

const alice = await makeKey();
const bob = await makeKey();

/** Lists no referrers: what a registry with a broken list does. */
class ForgetfulStore extends MemoryStore {
  override referrers(): Promise<readonly Descriptor[]> {
    return Promise.resolve([]);
  }
}

const optionsOf = (changes: Partial<SignOptions>): SignOptions => ({
  signer: createKeySigner(alice),
  format: 'both',
  repository: REPOSITORY,
  createdAt: new Date(0),
  ...changes,
});

interface Place {
  readonly store: MemoryStore;
  readonly subject: PinnedReference;
}

/** Signs and reads back. `between` is what the store becomes after signing. */
async function sign(
  { store, subject }: Place,
  changes: Partial<SignOptions> = {},
  between: (store: MemoryStore) => MemoryStore = (same) => same,
): Promise<void> {
  const options = optionsOf(changes);
  const written = await signSubject(store, subject, options);
  await readBack(between(store), subject, { ...options, written });
}

/** Signs with one key and says that it is another's. */
const mistaken: Signer = { ...createKeySigner(bob), identity: alice.publicKey };

describe('readBack', () => {
  it('is content with what stands, new or not', async () => {
    const place = await storeWithSubject();
    await sign(place, { annotations: { team: 'edge' }, bundleAnnotations: { place: 'here' } });
    await sign(place, { annotations: { team: 'edge' }, bundleAnnotations: { place: 'here' } });
  });

  it('misses a bundle that is not listed', async () => {
    const { subject, store } = await storeWithSubject();
    const forgetful = new ForgetfulStore(store.snapshot());
    const error = await expectError(
      () => sign({ subject, store: forgetful }),
      'SIGNATURE_MISMATCH',
    );
    expect(error.message).toContain('the bundle signature was written and cannot be read back');
  });

  it.each(['legacy', 'bundle'] as const)(
    'refuses a %s signature of another key',
    async (format) => {
      const place = await storeWithSubject();
      await expectError(() => sign(place, { signer: mistaken, format }), 'SIGNATURE_MISMATCH');
    },
  );

  it('misses a payload that is gone', async () => {
    const withoutPayload = (store: MemoryStore): MemoryStore => {
      const { blobs, ...rest } = store.snapshot();
      const kept = [...blobs].filter(([, bytes]) => !Buffer.from(bytes).includes('{"critical"'));
      return new MemoryStore({ ...rest, blobs: new Map(kept) });
    };
    const place = await storeWithSubject();
    await expectError(() => sign(place, { format: 'legacy' }, withoutPayload), 'NOT_FOUND');
  });
});
