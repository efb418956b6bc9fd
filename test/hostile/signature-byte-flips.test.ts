import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../src/content/memory-store.ts';
import { KongcrateError } from '../../src/errors/kongcrate-error.ts';
import { digestOf, type Digest } from '../../src/reference/digest.ts';
import {
  bundleFor,
  makeKey,
  payloadFor,
  preAuth,
  pushBundle,
  pushLegacy,
  signRaw,
  signWith,
  statementFor,
  storeWithSubject,
  toBytes,
  verifyWith,
} from '../signing/support.ts';
import { fc } from '../support/properties.ts';

const RUNS = { seed: 20261122, numRuns: 150 };
const trusted = await makeKey();

function flipBit(bytes: Uint8Array, position: number, bit: number): Buffer {
  const flipped = Buffer.from(bytes);
  const index = position % flipped.length;
  flipped[index] = (flipped[index] ?? 0) ^ (1 << bit);
  return flipped;
}

/** The exit status of a verification, 0 when it succeeds. */
async function statusOf(verify: () => Promise<unknown>): Promise<number> {
  try {
    await verify();
    return 0;
  } catch (error) {
    if (error instanceof KongcrateError) return error.exitCode;
    throw error;
  }
}

const flips = (): [fc.Arbitrary<number>, fc.Arbitrary<number>] => [
  fc.nat({ max: 100_000 }),
  fc.nat({ max: 7 }),
];

describe('one flipped bit', () => {
  it.each(['legacy', 'bundle'] as const)(
    'anywhere in what a store holds for a %s signature: 7',
    async (format) => {
      const place = await storeWithSubject();
      await signWith(trusted, place, { format });
      const { evidence } = await verifyWith([trusted], place);
      const digests = [...evidence.blobs.keys()];
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...digests), ...flips(), async (digest, at, bit) => {
          const blobs = new Map(evidence.blobs);
          blobs.set(digest, flipBit(blobs.get(digest) ?? new Uint8Array(), at, bit));
          const store = new UncheckedStore({ ...evidence, blobs });
          expect(await statusOf(() => verifyWith([trusted], { ...place, store }))).toBe(7);
        }),
        RUNS,
      );
    },
  );

  it('in payload or signature of a .sig whose digests were made to fit: 12', async () => {
    await fc.assert(
      fc.asyncProperty(fc.boolean(), ...flips(), async (inPayload, at, bit) => {
        const place = await storeWithSubject();
        const payload = toBytes(payloadFor(place.subject.descriptor.digest));
        const signature = Buffer.from(signRaw(trusted, payload), 'base64');
        await pushLegacy(place, [
          {
            payload: inPayload ? flipBit(payload, at, bit) : payload,
            signature: (inPayload ? signature : flipBit(signature, at, bit)).toString('base64'),
          },
        ]);
        expect(await statusOf(() => verifyWith([trusted], place))).toBe(12);
      }),
      RUNS,
    );
  });

  it('in statement or signature of a bundle whose digests were made to fit: 12', async () => {
    await fc.assert(
      fc.asyncProperty(fc.boolean(), ...flips(), async (inStatement, at, bit) => {
        const place = await storeWithSubject();
        const statement = toBytes(statementFor(place.subject.descriptor.digest));
        const signature = Buffer.from(signRaw(trusted, preAuth(statement)), 'base64');
        const bundle = bundleFor({
          statement: inStatement ? flipBit(statement, at, bit) : statement,
          sig: (inStatement ? signature : flipBit(signature, at, bit)).toString('base64'),
        });
        await pushBundle(place, bundle);
        expect(await statusOf(() => verifyWith([trusted], place))).toBe(12);
      }),
      RUNS,
    );
  });

  it('in a manifest offered under its own new digest: the old signatures do not follow', async () => {
    const place = await storeWithSubject({ 'dev.kongcrate.plugin.name': 'my-plugin' });
    await signWith(trusted, place);
    const { evidence } = await verifyWith([trusted], place);
    const bytes = evidence.blobs.get(place.subject.descriptor.digest) ?? new Uint8Array();
    await fc.assert(
      fc.asyncProperty(...flips(), async (at, bit) => {
        const changed = flipBit(bytes, at, bit);
        const digest: Digest = digestOf(changed);
        const descriptor = { ...place.subject.descriptor, digest };
        const tags = Object.fromEntries(
          Object.values(evidence.tags).map((tag) => [`sha256-${digest.slice(7)}.sig`, tag]),
        );
        const blobs = new Map(evidence.blobs).set(digest, changed);
        const store = new MemoryStore({ ...evidence, tags, blobs });
        const subject = { ...place.subject, descriptor };
        expect([7, 12]).toContain(await statusOf(() => verifyWith([trusted], { store, subject })));
      }),
      RUNS,
    );
  });
});

/** Lists referrers as a registry does, without looking at what it holds. */
class UncheckedStore extends MemoryStore {
  override referrers(): ReturnType<MemoryStore['referrers']> {
    return Promise.resolve(this.snapshot().referrers);
  }
}
