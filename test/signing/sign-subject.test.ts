import { describe, expect, it } from 'vitest';
import type { Descriptor } from '../../src/content/descriptor.ts';
import { describe as describeBytes } from '../../src/content/descriptor.ts';
import { readContent } from '../../src/content/read-content.ts';
import { signatureTagOf } from '../../src/reference/digest.ts';
import {
  DOCKER_MANIFEST,
  OCI_INDEX,
  SIGNATURE_ANNOTATION,
} from '../../src/reference/media-types.ts';
import { encodeSimpleSigning } from '../../src/signing/simple-signing.ts';
import { expectError } from '../support/expect-error.ts';
import {
  makeKey,
  payloadFor,
  pushBundle,
  pushIndex,
  pushLegacy,
  REPOSITORY,
  signRaw,
  signWith,
  storeWithSubject,
  toBytes,
  verifyWith,
} from './support.ts';

const alice = await makeKey();
const bob = await makeKey();
type Place = Awaited<ReturnType<typeof storeWithSubject>>;

interface Manifest {
  layers: Descriptor[];
  [field: string]: unknown;
}

async function signatureManifest({ store, subject }: Place): Promise<Manifest> {
  const descriptor = await store.resolve(signatureTagOf(subject.descriptor.digest));
  const bytes = await readContent(store, descriptor, { limitBytes: 1_000_000 });
  return JSON.parse(bytes.toString()) as Manifest;
}

describe('signSubject', () => {
  it('writes both formats', async () => {
    const place = await storeWithSubject();
    const written = await signWith(alice, place);
    expect(written.map(({ format, state }) => [format, state])).toEqual([
      ['bundle', 'added'],
      ['legacy', 'added'],
    ]);
    expect(await place.store.referrers(place.subject.descriptor.digest)).toMatchObject([
      {
        artifactType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
        annotations: { 'org.opencontainers.image.created': '2026-11-22T10:14:58Z' },
      },
    ]);
    expect(await place.store.tags()).toEqual([signatureTagOf(place.subject.descriptor.digest)]);
  });

  it.each(['legacy', 'bundle'] as const)('writes %s alone', async (format) => {
    const place = await storeWithSubject();
    const written = await signWith(alice, place, { format });
    expect(written).toMatchObject([{ format, state: 'added' }]);
    expect(await place.store.tags()).toHaveLength(format === 'legacy' ? 1 : 0);
  });

  it('adds nothing the second time', async () => {
    const place = await storeWithSubject();
    const first = await signWith(alice, place, { annotations: { a: '1' } });
    const before = place.store.snapshot();
    const second = await signWith(alice, place, { annotations: { a: '1' } });
    expect(second).toEqual(first.map((one) => ({ ...one, state: 'present' })));
    expect(place.store.snapshot()).toEqual(before);
  });

  it('signs other annotations again', async () => {
    const place = await storeWithSubject();
    await signWith(alice, place);
    const again = await signWith(alice, place, { annotations: { a: '1' } });
    expect(again.map(({ state }) => state)).toEqual(['added', 'added']);
    expect((await signatureManifest(place)).layers).toHaveLength(2);
  });

  it('signs extra annotations of the bundle in the bundle only', async () => {
    const place = await storeWithSubject();
    await signWith(alice, place);
    const again = await signWith(alice, place, { bundleAnnotations: { repository: 'r' } });
    expect(again.map(({ format, state }) => [format, state])).toEqual([
      ['bundle', 'added'],
      ['legacy', 'present'],
    ]);
  });

  it('takes a bundle that signs more than is asked for as present', async () => {
    const place = await storeWithSubject();
    const first = await signWith(alice, place, { bundleAnnotations: { repository: 'r', a: '1' } });
    const before = place.store.snapshot();
    const present = first.map((one) => ({ ...one, state: 'present' }));
    expect(await signWith(alice, place)).toEqual(present);
    expect(await signWith(alice, place, { bundleAnnotations: { a: '1' } })).toEqual(present);
    expect(place.store.snapshot()).toEqual(before);
    for (const [key, value] of [
      [alice, '2'],
      [bob, '1'],
    ] as const) {
      const options = { bundleAnnotations: { a: value }, format: 'bundle' as const };
      expect(await signWith(key, place, options)).toMatchObject([{ state: 'added' }]);
    }
  });

  it('appends for another key and keeps the first', async () => {
    const place = await storeWithSubject();
    await signWith(alice, place);
    const [first] = (await signatureManifest(place)).layers;
    await signWith(bob, place);
    const { layers } = await signatureManifest(place);
    expect(layers).toHaveLength(2);
    expect(layers[0]).toEqual(first);
    const verified = await verifyWith([alice, bob], place, { threshold: 2 });
    expect(verified.trust).toMatchObject({
      signers: [{ formats: ['legacy', 'bundle'] }, { formats: ['legacy', 'bundle'] }],
    });
  });

  it('keeps layers, fields and media type that others wrote', async () => {
    const place = await storeWithSubject();
    const payload = toBytes(payloadFor(place.subject.descriptor.digest));
    const foreign = { payload, annotations: { 'dev.sigstore.cosign/bundle': '<&>' } };
    await pushLegacy(place, [foreign], { manifestType: DOCKER_MANIFEST });
    const before = await signatureManifest(place);
    await signWith(alice, place, { format: 'legacy' });
    const { layers, mediaType } = await signatureManifest(place);
    expect(layers.slice(0, 1)).toEqual(before.layers);
    expect(mediaType).toBe(DOCKER_MANIFEST);
    await verifyWith([alice], place);
  });

  it('a signature of garbage over the same payload is not taken for ours', async () => {
    const place = await storeWithSubject();
    const { digest } = place.subject.descriptor;
    const payload = encodeSimpleSigning({ digest, repository: REPOSITORY, annotations: {} });
    const foreign = signRaw(bob, payload);
    await pushLegacy(place, [
      { payload, signature: '***' },
      { payload, signature: foreign },
    ]);
    const written = await signWith(alice, place, { format: 'legacy' });
    expect(written).toMatchObject([{ state: 'added' }]);
    const { layers } = await signatureManifest(place);
    expect(layers[1]?.annotations?.[SIGNATURE_ANNOTATION]).toBe(foreign);
    expect(layers).toHaveLength(3);
  });

  it('junk among the referrers does not keep it from signing', async () => {
    const place = await storeWithSubject();
    await pushBundle(place, 'junk');
    await signWith(alice, place);
    await verifyWith([alice], place);
  });

  it('does not overwrite what is no signature manifest', async () => {
    const place = await storeWithSubject();
    const index = await pushIndex(place.store, [place.subject.descriptor]);
    await place.store.tag(index, signatureTagOf(place.subject.descriptor.digest));
    await expectError(() => signWith(alice, place, { format: 'legacy' }), 'CONTENT_INVALID');
    const kept = await place.store.resolve(signatureTagOf(place.subject.descriptor.digest));
    expect(kept).toEqual(
      describeBytes(OCI_INDEX, await readContent(place.store, index, { limitBytes: 10_000 })),
    );
  });

  it('writes every signature in DER, as both cosigns do', async () => {
    const place = await storeWithSubject();
    await signWith(alice, place, { format: 'legacy' });
    const { layers } = await signatureManifest(place);
    const signature = Buffer.from(layers[0]?.annotations?.[SIGNATURE_ANNOTATION] ?? '', 'base64');
    expect(signature[0]).toBe(0x30);
    expect(signature[1]).toBe(signature.length - 2);
  });
});
