import type { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { ContentSnapshot } from '../../src/content/content-snapshot.ts';
import type { Descriptor } from '../../src/content/descriptor.ts';
import { MemoryStore } from '../../src/content/memory-store.ts';
import { KongcrateError } from '../../src/errors/kongcrate-error.ts';
import { referrersTagOf } from '../../src/reference/digest.ts';
import { expectError } from '../support/expect-error.ts';
import { collectSignatures } from '../signing/collect-signatures.ts';
import {
  createUnsignedVerifier,
  makeKey,
  pushBundle,
  pushIndex,
  signedBundle,
  signWith,
  statementFor,
  storeWithSubject,
  verifyWith,
} from '../signing/support.ts';

const trusted = await makeKey();

/** A store some of whose places fail, or list what they should not. */
class TroubledStore extends MemoryStore {
  readonly #trouble: Trouble;

  constructor(snapshot: ContentSnapshot, trouble: Trouble) {
    super(snapshot);
    this.#trouble = trouble;
  }

  override resolve(tag?: string): Promise<Descriptor> {
    const { fails } = this.#trouble;
    return fails && tag?.endsWith(fails) ? Promise.reject(down()) : super.resolve(tag);
  }

  override referrers(
    ...args: Parameters<MemoryStore['referrers']>
  ): Promise<readonly Descriptor[]> {
    if (this.#trouble.fails === 'referrers') return Promise.reject(down());
    const { lists } = this.#trouble;
    return lists ? Promise.resolve(lists) : super.referrers(...args);
  }

  override open(descriptor: Descriptor): Promise<Readable> {
    this.#trouble.onOpen?.();
    return super.open(descriptor);
  }
}

interface Trouble {
  readonly fails?: string;
  readonly lists?: readonly Descriptor[];
  readonly onOpen?: () => void;
}

function down(): KongcrateError {
  return new KongcrateError('INTERRUPTED', 'the registry is down', { remedy: 'Try again.' });
}

const gone = (digit: string): Descriptor => ({
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  digest: `sha256:${digit.repeat(64)}`,
  size: 10,
});

describe('S12: places that lie', () => {
  it('a bundle whose subject is elsewhere is not ours, wherever it is listed', async () => {
    const place = await storeWithSubject();
    const foreign = { ...place.subject.descriptor, digest: gone('a').digest };
    const bundle = signedBundle(trusted, statementFor(place.subject.descriptor.digest));
    const listed = await pushBundle(place, bundle, { subject: foreign });
    const index = await pushIndex(place.store, [listed]);
    await place.store.tag(index, referrersTagOf(place.subject.descriptor.digest));
    const store = new TroubledStore(place.store.snapshot(), { lists: [listed] });
    await expectError(() => verifyWith([trusted], { ...place, store }), 'NO_SIGNATURE');
  });

  it('a listed referrer that is gone is gone, not an error', async () => {
    const place = await storeWithSubject();
    const store = new TroubledStore(place.store.snapshot(), { lists: [gone('b')] });
    await expectError(() => verifyWith([trusted], { ...place, store }), 'NO_SIGNATURE');
    await createUnsignedVerifier().verify(place.subject, store);
  });

  it('a listed size that lies hides nothing: the digest alone counts', async () => {
    const place = await storeWithSubject();
    const [written] = await signWith(trusted, place, { format: 'bundle' });
    if (!written) return expect.unreachable('nothing was written');
    const lying = { ...written.descriptor, size: written.descriptor.size + 1 };
    const store = new TroubledStore(place.store.snapshot(), { lists: [lying] });
    await verifyWith([trusted], { ...place, store });
  });

  it('a bundle listed twice, by the API and the fallback tag, counts once', async () => {
    const place = await storeWithSubject();
    const [written] = await signWith(trusted, place, { format: 'bundle' });
    if (!written) return expect.unreachable('nothing was written');
    const { digest } = place.subject.descriptor;
    await place.store.tag(
      await pushIndex(place.store, [written.descriptor]),
      referrersTagOf(digest),
    );
    expect((await collectSignatures(place.store, digest)).candidates).toHaveLength(1);
  });

  it('the fallback tag may hold an image: cosign copy makes such a tag', async () => {
    const place = await storeWithSubject();
    const { descriptor } = place.subject;
    await place.store.tag(descriptor, referrersTagOf(descriptor.digest));
    await expectError(() => verifyWith([trusted], place), 'NO_SIGNATURE');
    await signWith(trusted, place);
    await verifyWith([trusted], place);
  });

  it('a payload that is missing is no clean none', async () => {
    const place = await storeWithSubject();
    await signWith(trusted, place, { format: 'legacy' });
    const snapshot = place.store.snapshot();
    const payload = [...snapshot.blobs].find(([, bytes]) =>
      Buffer.from(bytes).toString().startsWith('{"critical"'),
    );
    const blobs = new Map([...snapshot.blobs].filter(([digest]) => digest !== payload?.[0]));
    const store = new MemoryStore({ ...snapshot, blobs });
    await expectError(() => verifyWith([trusted], { ...place, store }), 'SIGNATURE_MISMATCH');
    await expectError(
      () => createUnsignedVerifier().verify(place.subject, store),
      'SIGNATURE_MISMATCH',
    );
  });
});

describe('places that do not answer', () => {
  const places = ['.sig', 'referrers', 'fallback'] as const;
  const failing = (place: Awaited<ReturnType<typeof storeWithSubject>>, where: string) => {
    const tag = referrersTagOf(place.subject.descriptor.digest);
    const fails = where === 'fallback' ? tag : where;
    return { ...place, store: new TroubledStore(place.store.snapshot(), { fails }) };
  };

  it.each(places)('%s: their error, never "unsigned"', async (where) => {
    const place = failing(await storeWithSubject(), where);
    const error = await expectError(() => verifyWith([trusted], place), 'INTERRUPTED');
    expect(error.message).toBe('the registry is down');
    await expectError(
      () => createUnsignedVerifier().verify(place.subject, place.store),
      'INTERRUPTED',
    );
    await expectError(() => signWith(trusted, place), 'INTERRUPTED');
  });

  it('matter no more once enough good signatures were found', async () => {
    const place = await storeWithSubject();
    await signWith(trusted, place);
    await verifyWith([trusted], failing(place, '.sig'));
    await verifyWith([trusted], failing(place, 'referrers'));
  });

  it('an interruption ends the search', async () => {
    const place = await storeWithSubject();
    await signWith(trusted, place);
    const controller = new AbortController();
    const store = new TroubledStore(place.store.snapshot(), {
      onOpen: () => {
        controller.abort();
        throw down();
      },
    });
    const { digest } = place.subject.descriptor;
    await expectError(
      () => collectSignatures(store, digest, { signal: controller.signal }),
      'INTERRUPTED',
    );
  });
});

describe('S14: fail-open', () => {
  it('a library that throws is a refusal', async () => {
    const place = await storeWithSubject();
    await signWith(trusted, place);
    const broken = { ...trusted.publicKey, key: Object.create(null) as typeof trusted.key };
    const key = { ...trusted, publicKey: broken };
    const error = await expectError(() => verifyWith([key], place), 'SIGNATURE_MISMATCH');
    expect(error.details['rejected']).toHaveLength(2);
  });
});
