import type { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { Descriptor } from '../../src/content/descriptor.ts';
import { MemoryStore } from '../../src/content/memory-store.ts';
import type { VerifiedSubject } from '../../src/content/verified-subject.ts';
import { isDigest } from '../../src/reference/digest.ts';
import { expectError } from '../support/expect-error.ts';
import { makeKey, signWith, storeWithSubject, verifyWith } from './support.ts';

const alice = await makeKey();
const bob = await makeKey();
const carol = await makeKey();

/** Counts what is read. */
class CountingStore extends MemoryStore {
  reads = 0;

  override resolve(tagOrDigest?: string): Promise<Descriptor> {
    // What has a digest is opened next.
    if (!isDigest(tagOrDigest)) this.reads += 1;
    return super.resolve(tagOrDigest);
  }

  override open(descriptor: Descriptor): Promise<Readable> {
    this.reads += 1;
    return super.open(descriptor);
  }
}

type Place = Awaited<ReturnType<typeof storeWithSubject>>;

const counting = ({
  store,
  subject,
}: Place): { store: CountingStore; subject: Place['subject'] } => ({
  store: new CountingStore(store.snapshot()),
  subject,
});

const signersOf = ({ trust }: VerifiedSubject): readonly string[] =>
  trust.kind === 'signed'
    ? trust.signers.map((signer) => (signer.kind === 'key' ? signer.keyId : ''))
    : [];

describe('stopOnceSigned', () => {
  it('reads nothing after the first good signature of the only key', async () => {
    const place = await storeWithSubject();
    await signWith(alice, place);
    const one = counting(place);
    const subject = await verifyWith([alice], one, { stopOnceSigned: true });
    expect(subject.trust).toMatchObject({ signers: [{ formats: ['bundle'] }] });
    // The subject, the manifest of the bundle, the bundle.
    expect(one.store.reads).toBe(3);
    for (const key of [bob, carol]) await signWith(key, place);
    const many = counting(place);
    await verifyWith([alice], many, { stopOnceSigned: true });
    expect(many.store.reads).toBe(3);
  });

  it('finds every signer among the keys, enough or not: who signed decides later too', async () => {
    const place = await storeWithSubject();
    for (const key of [alice, bob]) await signWith(key, place);
    const subject = await verifyWith([alice, bob], place, { threshold: 1, stopOnceSigned: true });
    expect(signersOf(subject)).toEqual([alice.publicKey.keyId, bob.publicKey.keyId]);
    const all = counting(place);
    await verifyWith([alice, carol], all, { stopOnceSigned: true });
    const { reads } = all.store;
    const again = counting(place);
    await verifyWith([alice, carol], again);
    expect(again.store.reads).toBe(reads);
  });

  it('counts a key that is given twice once', async () => {
    const place = counting(await storeWithSubject());
    await signWith(alice, place);
    place.store.reads = 0;
    await verifyWith([alice, alice], place, { stopOnceSigned: true });
    expect(place.store.reads).toBe(3);
  });

  it('looks everywhere before it refuses', async () => {
    const place = await storeWithSubject();
    await signWith(bob, place);
    const error = await expectError(
      () => verifyWith([alice], place, { stopOnceSigned: true }),
      'SIGNATURE_MISMATCH',
    );
    expect(error.details['rejected']).toHaveLength(2);
    await signWith(alice, place, { format: 'legacy' });
    await verifyWith([alice], place, { stopOnceSigned: true });
  });

  it('its evidence alone is enough to judge again', async () => {
    const place = await storeWithSubject();
    await signWith(alice, place);
    const { evidence } = await verifyWith([alice], place, { stopOnceSigned: true });
    await verifyWith([alice], { store: new MemoryStore(evidence), subject: place.subject });
  });
});
