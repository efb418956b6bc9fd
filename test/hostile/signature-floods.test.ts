import type { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { describe as describeBytes, type Descriptor } from '../../src/content/descriptor.ts';
import { MemoryStore } from '../../src/content/memory-store.ts';
import { signatureTagOf } from '../../src/reference/digest.ts';
import { OCI_MANIFEST } from '../../src/reference/media-types.ts';
import { expectError } from '../support/expect-error.ts';
import { collectSignatures } from '../signing/collect-signatures.ts';
import {
  createUnsignedVerifier,
  makeKey,
  payloadFor,
  pushBundle,
  pushLegacy,
  signedBundle,
  signRaw,
  signWith,
  statementFor,
  storeWithSubject,
  toBytes,
  verifyWith,
  type LayerSpec,
} from '../signing/support.ts';

const trusted = await makeKey();
const other = await makeKey();

/** Counts how often content is opened. */
class CountingStore extends MemoryStore {
  opened = 0;

  override open(descriptor: Descriptor): Promise<Readable> {
    this.opened += 1;
    return super.open(descriptor);
  }
}

const junkLayer = (payload: Uint8Array): LayerSpec => ({ payload, signature: 'MAYCAQECAQE=' });

async function floodOfBundles(count: number): ReturnType<typeof storeWithSubject> {
  const place = await storeWithSubject();
  for (let index = 0; index < count; index += 1) await pushBundle(place, `junk ${index}`);
  return place;
}

describe('S1: floods of signatures (notation CVE-2023-33958)', () => {
  it('finds the good layer behind 999 junk ones, reading their one payload once', async () => {
    const place = await storeWithSubject();
    const payload = toBytes(payloadFor(place.subject.descriptor.digest));
    const junk = Array.from({ length: 999 }, () => junkLayer(payload));
    await pushLegacy(place, [...junk, { payload, signature: signRaw(trusted, payload) }]);
    const store = new CountingStore(place.store.snapshot());
    const { trust } = await verifyWith([trusted], { store, subject: place.subject });
    expect(trust).toMatchObject({ signers: [{ formats: ['legacy'] }] });
    expect(store.opened).toBe(3);
  });

  it('does not read layer 1001, and says so', async () => {
    const place = await storeWithSubject();
    const payload = toBytes(payloadFor(place.subject.descriptor.digest));
    const junk = Array.from({ length: 1000 }, () => junkLayer(payload));
    await pushLegacy(place, [...junk, { payload, signature: signRaw(trusted, payload) }]);
    const error = await expectError(() => verifyWith([trusted], place), 'SIGNATURE_MISMATCH');
    expect(error.message).toContain('not read: 1 more layers of sha256-');
    expect(error.message).toContain('and 991 more');
    expect(error.message.split('\n')).toHaveLength(12);
    expect(error.details['rejected']).toHaveLength(1001);
  });

  it('refuses to sign where no verifier would read the signature', async () => {
    const place = await storeWithSubject();
    const junk = Array.from({ length: 1000 }, () => junkLayer(toBytes('junk')));
    await pushLegacy(place, junk);
    await expectError(() => signWith(trusted, place, { format: 'legacy' }), 'CONTENT_TOO_LARGE');
  });

  it('does not read a payload of more than 64 KiB', async () => {
    const place = await storeWithSubject();
    await pushLegacy(place, [junkLayer(Buffer.alloc(64 * 1024 + 1))]);
    await expectError(() => verifyWith([trusted], place), 'CONTENT_TOO_LARGE');
  });

  it('a lying size hides no good layer of the same payload', async () => {
    const place = await storeWithSubject();
    const payload = toBytes(payloadFor(place.subject.descriptor.digest));
    const good = { payload, signature: signRaw(trusted, payload) };
    const manifest = await pushLegacy(place, [good, good]);
    const bytes = place.store.snapshot().blobs.get(manifest.digest) ?? new Uint8Array();
    const lying = Buffer.from(bytes)
      .toString()
      .replace(`"size":${payload.length}`, `"size":${payload.length - 1}`);
    expect(lying).toContain(`"size":${payload.length},`);
    await pushRaw(place, lying);
    await verifyWith([trusted], place);
  });

  it('refuses after 100 junk bundles and says how many were not read', async () => {
    const place = await floodOfBundles(101);
    const error = await expectError(() => verifyWith([trusted], place), 'SIGNATURE_MISMATCH');
    expect(error.message).toContain('not read: 1 more referrers of sha256:');
    expect(error.remedy).toContain('--max-signatures');
    const store = new CountingStore(place.store.snapshot());
    await collectSignatures(store, place.subject.descriptor.digest);
    expect(store.opened).toBe(200);
  });

  it('finds the good bundle behind 100 junk ones when it is listed as a signature', async () => {
    const place = await floodOfBundles(100);
    await signWith(trusted, place, { format: 'bundle' });
    await verifyWith([trusted], place);
  });

  it('reads more when told, and less', async () => {
    const place = await floodOfBundles(101);
    const { digest } = place.subject.descriptor;
    await pushBundle(place, signedBundle(trusted, statementFor(digest)));
    await expectError(() => verifyWith([trusted], place), 'SIGNATURE_MISMATCH');
    await verifyWith([trusted], place, { maxBundles: 102 });
    await expectError(() => verifyWith([trusted], place, { maxBundles: 1 }), 'SIGNATURE_MISMATCH');
  });

  it('a flood does not make a signed artifact unsigned', async () => {
    const place = await floodOfBundles(101);
    const error = await expectError(
      () => createUnsignedVerifier().verify(place.subject, place.store),
      'SIGNATURE_MISMATCH',
    );
    expect(error.message).toContain('never overrides');
  });

  it('names ten of eleven signatures of other keys, then counts', async () => {
    const place = await storeWithSubject();
    const payload = toBytes(payloadFor(place.subject.descriptor.digest));
    const layers = Array.from({ length: 11 }, () => ({
      payload,
      signature: signRaw(other, payload),
    }));
    await pushLegacy(place, layers);
    const error = await expectError(() => verifyWith([trusted], place), 'SIGNATURE_MISMATCH');
    expect(error.message).toContain('layer 10 of');
    expect(error.message).not.toContain('layer 11 of');
    expect(error.message).toContain('and 1 more');
  });
});

/** Replaces the `.sig` manifest. */
async function pushRaw(
  { store, subject }: Awaited<ReturnType<typeof storeWithSubject>>,
  manifest: string,
): Promise<void> {
  const bytes = toBytes(manifest);
  const descriptor = describeBytes(OCI_MANIFEST, bytes);
  await store.push(descriptor, bytes);
  await store.tag(descriptor, signatureTagOf(subject.descriptor.digest));
}
