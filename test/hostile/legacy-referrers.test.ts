import { describe, expect, it } from 'vitest';
import { describe as describeBytes, type Descriptor } from '../../src/content/descriptor.ts';
import { digestOf } from '../../src/reference/digest.ts';
import { SIGNATURE_ANNOTATION, SIMPLE_SIGNING } from '../../src/reference/media-types.ts';
import { collectSignatures } from '../signing/collect-signatures.ts';
import { createUnsignedVerifier } from '../signing/support.ts';
import { MemoryStore } from '../../src/content/memory-store.ts';
import { expectError } from '../support/expect-error.ts';
import type { PrivateKey } from '../../src/signing/private-key.ts';
import {
  makeKey,
  payloadFor,
  pushManifest,
  signRaw,
  signWith,
  storeWithSubject,
  toBytes,
  verifyWith,
} from '../signing/support.ts';

type Place = Awaited<ReturnType<typeof storeWithSubject>>;

const trusted = await makeKey();
const other = await makeKey();
const SIGNATURE_TYPE = 'application/vnd.dev.cosign.artifact.sig.v1+json';

interface Layer {
  readonly payload: Uint8Array;
  readonly signature: string;
  readonly mediaType?: string;
}

const layerOf = (key: PrivateKey, payload: Uint8Array): Layer => ({
  payload,
  signature: signRaw(key, payload),
});

/** Attaches legacy signatures as cosign does with `--registry-referrers-mode=oci-1-1`. */
async function attach(
  { store, subject }: Place,
  layers: readonly Layer[],
  fields: object = {},
): Promise<Descriptor> {
  const descriptors: Descriptor[] = [];
  for (const { payload, signature, mediaType = SIMPLE_SIGNING } of layers) {
    await store.push(describeBytes(mediaType, payload), payload);
    const annotations = { [SIGNATURE_ANNOTATION]: signature };
    descriptors.push({ ...describeBytes(mediaType, payload), annotations });
  }
  const config = describeBytes(SIGNATURE_TYPE, toBytes('{}'));
  const manifest = { config, layers: descriptors, subject: subject.descriptor, ...fields };
  return pushManifest(store, manifest);
}

const payloadOf = ({ subject }: Place, changes: object = {}): Buffer =>
  toBytes(payloadFor(subject.descriptor.digest, changes));

describe('a legacy signature among the referrers', () => {
  it('counts as a legacy one, and is judged again from its evidence', async () => {
    const place = await storeWithSubject();
    await attach(place, [layerOf(trusted, payloadOf(place))]);
    const { trust, evidence } = await verifyWith([trusted], place);
    expect(trust).toMatchObject({ signers: [{ formats: ['legacy'] }] });
    await verifyWith([trusted], { store: new MemoryStore(evidence), subject: place.subject });
  });

  it('of several signers in one manifest, all count, whatever stands between them', async () => {
    const place = await storeWithSubject();
    const payload = payloadOf(place);
    await attach(place, [
      { payload, signature: '!' },
      layerOf(other, payload),
      layerOf(trusted, toBytes('{}')),
      layerOf(trusted, payload),
    ]);
    const { evidence } = await verifyWith([trusted, other], place, { threshold: 2 });
    expect(evidence.referrers).toHaveLength(1);
  });

  it.each<[string, (place: Place) => Promise<unknown>, RegExp]>([
    [
      'that signs another digest',
      (place) => attach(place, [layerOf(trusted, toBytes(payloadFor(digestOf(toBytes('b')))))]),
      /layer 1 of referrer sha256:\w+: .*it signs another digest/,
    ],
    [
      'by another key',
      (place) => attach(place, [layerOf(other, payloadOf(place))]),
      /layer 1 of referrer sha256:/,
    ],
    [
      'of another type of payload',
      (place) => attach(place, [layerOf(trusted, payloadOf(place, { type: 'other' }))]),
      /it signs the type "other"/,
    ],
    [
      'that is larger than any payload',
      (place) =>
        attach(place, [layerOf(other, payloadOf(place)), layerOf(trusted, Buffer.alloc(65_537))]),
      /layer 2 of referrer .*65537 bytes/,
    ],
  ])('%s does not', async (_what, write, why) => {
    const place = await storeWithSubject();
    await write(place);
    const error = await expectError(() => verifyWith([trusted], place), 'SIGNATURE_MISMATCH');
    expect(error.message).toMatch(why);
    const unsigned = createUnsignedVerifier();
    await expectError(() => unsigned.verify(place.subject, place.store), 'SIGNATURE_MISMATCH');
  });

  it('with the subject of another artifact is not ours', async () => {
    const place = await storeWithSubject();
    const subject = describeBytes(place.subject.descriptor.mediaType, toBytes('other'));
    await attach(place, [layerOf(trusted, payloadOf(place))], { subject });
    await expectError(() => verifyWith([trusted], place), 'NO_SIGNATURE');
  });

  it('is looked for in layers of its own type only', async () => {
    const place = await storeWithSubject();
    const layer = layerOf(trusted, payloadOf(place));
    await attach(place, [{ ...layer, mediaType: 'text/plain' }]);
    await expectError(() => verifyWith([trusted], place), 'NO_SIGNATURE');
  });

  it('is one of a thousand at most, over all manifests', async () => {
    const place = await storeWithSubject();
    const payload = payloadOf(place);
    const junk = Array.from({ length: 600 }, () => layerOf(other, payload));
    await attach(place, junk);
    await attach(place, junk, { annotations: { second: 'yes' } });
    const found = await collectSignatures(place.store, place.subject.descriptor.digest);
    expect(found.candidates).toHaveLength(1000);
    expect(found.unread).toEqual([expect.stringMatching(/^200 more layers of referrer sha256:/)]);
  });

  it('is no reason not to write a bundle', async () => {
    const place = await storeWithSubject();
    await attach(place, [layerOf(trusted, payloadOf(place))]);
    expect(await signWith(trusted, place)).toMatchObject([{ state: 'added' }, { state: 'added' }]);
  });
});
