import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { ReadableStore } from '../../src/content/content-store.ts';
import { MemoryStore } from '../../src/content/memory-store.ts';
import { MirroredStore } from '../../src/content/mirrored-store.ts';
import { readContent } from '../../src/content/read-content.ts';
import { verifiedStream } from '../../src/content/verified-stream.ts';
import type { ErrorCode } from '../../src/errors/catalogue.ts';
import { KongcrateError } from '../../src/errors/kongcrate-error.ts';
import { referrersTagOf, signatureTagOf } from '../../src/reference/digest.ts';
import { expectError } from '../support/expect-error.ts';
import { makeArtifact, pushArtifact } from '../support/small-artifact.ts';

const artifact = makeArtifact('some bytes of a layer');
const old = makeArtifact('an old layer');
const referrer = makeArtifact('signature', { subject: artifact.manifest });
const LIMIT = { limitBytes: 1000 };

interface Scene {
  readonly mirror?: ReadableStore;
  readonly source?: MemoryStore;
  readonly hasTags?: boolean;
  readonly notes?: string[];
}

function mirrored({
  mirror = new MemoryStore(),
  source = new MemoryStore(),
  hasTags = true,
  notes = [],
}: Scene): MirroredStore {
  return new MirroredStore({
    mirrors: [{ name: 'mirror.example/acme', store: mirror, hasTags, namedBy: 'conf:7' }],
    source: { name: 'registry.example/acme', store: source, hasTags: true },
    onNote: (text) => notes.push(text),
  });
}

async function holding(...artifacts: (typeof artifact)[]): Promise<MemoryStore> {
  const store = new MemoryStore();
  for (const one of artifacts) await pushArtifact(store, one);
  return store;
}

/** A store that does nothing but fail, and counts how often it was asked. */
class FailingStore extends MemoryStore {
  asked = 0;
  readonly #code: ErrorCode;
  readonly #status: number | undefined;

  constructor(code: ErrorCode, status?: number) {
    super();
    this.#code = code;
    this.#status = status;
  }

  override resolve(): Promise<never> {
    this.asked += 1;
    const details = this.#status === undefined ? {} : { status: this.#status };
    return Promise.reject(
      new KongcrateError(this.#code, 'it is so', { remedy: 'Do something.', details }),
    );
  }

  override open(): Promise<never> {
    return this.resolve();
  }

  override referrers(): Promise<never> {
    return this.resolve();
  }
}

describe('a store with mirrors', () => {
  it('reads from the mirror what is there, and the rest from the source', async () => {
    const mirror = await holding(artifact);
    const store = mirrored({ mirror, source: await holding(old) });
    expect(await store.resolve(artifact.manifest.digest)).toMatchObject(artifact.manifest);
    expect((await readContent(store, artifact.layer, LIMIT)).toString()).toContain('some');
    expect((await readContent(store, old.layer, LIMIT)).toString()).toContain('old');
    expect(await store.exists(old.layer)).toBe(true);
  });

  it('takes the tag of the mirror, unless only digests are read there', async () => {
    const [mirror, source] = [await holding(old), await holding(artifact)];
    await mirror.tag(old.manifest, '1.0.0');
    await source.tag(artifact.manifest, '1.0.0');
    const digestOf = async (hasTags: boolean): Promise<string> =>
      (await mirrored({ mirror, source, hasTags }).resolve('1.0.0')).digest;
    expect(await digestOf(true)).toBe(old.manifest.digest);
    expect(await digestOf(false)).toBe(artifact.manifest.digest);
  });

  it('lists the tags of the source, since a mirror may have a part of them', async () => {
    const [mirror, source] = [await holding(old), await holding(artifact)];
    await mirror.tag(old.manifest, '0.9.0');
    await source.tag(artifact.manifest, '1.0.0');
    expect(await mirrored({ mirror, source }).tags()).toEqual(['1.0.0']);
  });

  it('writes to the source only', async () => {
    const [mirror, source] = [new MemoryStore(), new MemoryStore()];
    const store = mirrored({ mirror, source });
    await pushArtifact(store, artifact);
    await store.tag(artifact.manifest, '1.0.0');
    expect(await source.tags()).toEqual(['1.0.0']);
    expect(await mirror.tags()).toEqual([]);
    expect(await mirror.exists(artifact.layer)).toBe(false);
  });

  it('does not take an empty list of referrers for an answer, nor a missing tag', async () => {
    const source = await holding(artifact, referrer);
    const [signatures, fallback] = [signatureTagOf, referrersTagOf].map((tagOf) =>
      tagOf(artifact.manifest.digest),
    );
    await source.tag(referrer.manifest, signatures ?? '');
    const store = mirrored({ mirror: await holding(artifact), source, hasTags: false });
    expect(await store.referrers(artifact.manifest.digest)).toHaveLength(1);
    expect((await store.resolve(signatures)).digest).toBe(referrer.manifest.digest);
    await expectError(() => store.resolve(fallback), 'NOT_FOUND');
    expect(await store.nearby.referrers(artifact.manifest.digest)).toEqual([]);
    await expectError(() => store.nearby.resolve(signatures), 'NOT_FOUND');
  });

  it('asks a mirror for signatures whose tags are not read otherwise', async () => {
    const mirror = await holding(referrer);
    const tag = signatureTagOf(artifact.manifest.digest);
    await mirror.tag(referrer.manifest, tag);
    const store = mirrored({ mirror, hasTags: false });
    expect((await store.resolve(tag)).digest).toBe(referrer.manifest.digest);
  });
});

describe('a mirror that fails', () => {
  it.each<[ErrorCode, number?]>([
    ['NETWORK_FAILED'],
    ['TIMED_OUT'],
    ['AUTHENTICATION_FAILED', 401],
    ['REGISTRY_ERROR', 403],
    ['REGISTRY_LIMIT', 429],
    ['REGISTRY_ERROR', 500],
  ])('with %s %i is passed over, told once and not asked again', async (code, status) => {
    const mirror = new FailingStore(code, status);
    const notes: string[] = [];
    const store = mirrored({ mirror, source: await holding(artifact), notes });
    await store.resolve(artifact.manifest.digest);
    await readContent(store, artifact.layer, LIMIT);
    expect(mirror.asked).toBe(1);
    expect(notes).toEqual(['mirror.example/acme is not asked any more: it is so']);
  });

  it.each<[ErrorCode, number?]>([
    ['REGISTRY_ERROR', 418],
    ['REDIRECT_REFUSED'],
    ['REALM_REFUSED'],
    ['CREDENTIALS_UNREADABLE'],
    ['INTERRUPTED'],
  ])('with %s %i stops everything', async (code, status) => {
    const store = mirrored({
      mirror: new FailingStore(code, status),
      source: await holding(artifact),
    });
    await expectError(() => store.resolve(artifact.manifest.digest), code);
    await expectError(() => store.open(artifact.layer), code);
  });

  it('is named beside the failure of the source', async () => {
    class Away extends MemoryStore {
      override resolve = (): Promise<never> => new FailingStore('TIMED_OUT').resolve();
    }
    const store = mirrored({ mirror: new FailingStore('NETWORK_FAILED'), source: new Away() });
    const error = await expectError(() => store.resolve('1.0.0'), 'TIMED_OUT');
    expect(error.message).toBe('it is so\n  before: it is so');
    const empty = mirrored({ source: new Away() });
    expect((await expectError(() => empty.resolve('1.0.0'), 'TIMED_OUT')).message).toContain(
      'before: 1.0.0 is not in this store',
    );
  });
});

/** Serves so many bytes of a text, then fails so, or ends. */
class BrokenStore extends MemoryStore {
  readonly #text: string;
  readonly #failure: ErrorCode;

  constructor(text: string, failure: ErrorCode) {
    super();
    this.#text = text;
    this.#failure = failure;
  }

  override open(): Promise<Readable> {
    return Promise.resolve(Readable.from(this.#chunks(), { objectMode: false }));
  }

  *#chunks(): Generator<Buffer> {
    for (const letter of this.#text) yield Buffer.from(letter);
    throw new KongcrateError(this.#failure, 'the rest is missing', { remedy: 'Wait.' });
  }
}

describe('a mirror that breaks off', () => {
  const open = async (begin: string, failure: ErrorCode = 'NETWORK_FAILED'): Promise<string> => {
    const source = await holding(artifact);
    const store = mirrored({ mirror: new BrokenStore(begin, failure), source });
    return (await readContent(store, artifact.layer, LIMIT)).toString();
  };

  it.each(['', 's', 'some bytes of a laye', 'some bytes of a layer'])(
    'after %j: the source has the rest',
    async (begin) => {
      expect(await open(begin)).toBe('some bytes of a layer');
    },
  );

  it('after other bytes: nothing comes of it', async () => {
    await expectError(() => open('same bytes'), 'DIGEST_MISMATCH');
    await expectError(() => open('some bytes of a layer and more'), 'SIZE_MISMATCH');
  });
});

describe('a mirror that lies', () => {
  class LyingStore extends MemoryStore {
    override open(): Promise<Readable> {
      const bytes = Buffer.from('other bytes of layer!');
      return Promise.resolve(verifiedStream(Readable.from([bytes]), artifact.layer));
    }
  }

  it('is named and not passed over', async () => {
    const store = mirrored({ mirror: new LyingStore(), source: await holding(artifact) });
    const error = await expectError(
      () => readContent(store, artifact.layer, LIMIT),
      'DIGEST_MISMATCH',
    );
    expect(error.message).toMatch(/^mirror mirror\.example\/acme: content of sha256:/);
    expect(error.remedy).toContain('take it out of conf:7');
    expect(error.details['mirror']).toBe('mirror.example/acme');
  });
});
