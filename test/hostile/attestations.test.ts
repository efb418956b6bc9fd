import { describe, expect, it } from 'vitest';
import { describe as describeBytes } from '../../src/content/descriptor.ts';
import { attestationTagOf } from '../../src/reference/digest.ts';
import { DSSE_ENVELOPE, OCI_MANIFEST } from '../../src/reference/media-types.ts';
import { encodeSignedBytes } from '../../src/signing/bundle.ts';
import {
  attestationRequest,
  prepareAttestation,
  type AttestOptions,
} from '../../src/signing/prepare-attestation.ts';
import type { PrivateKey } from '../../src/signing/private-key.ts';
import { writeSignatures, type PreparedSignatures } from '../../src/signing/sign-subject.ts';
import { createKeySigner } from '../../src/signing/signer.ts';
import { STATEMENT_PAYLOAD_TYPE } from '../../src/signing/statement.ts';
import {
  prepareAttestations,
  type PreparedAttestations,
} from '../../src/workflows/write-attestations.ts';
import { expectError } from '../support/expect-error.ts';
import {
  makeKey,
  pushManifest,
  REPOSITORY,
  signRaw,
  signWith,
  storeWithSubject,
  toBytes,
  verifyWith,
} from '../signing/support.ts';

const TYPE = 'https://example.com/said/v1';
const alice = await makeKey();
const bob = await makeKey();
type Place = Awaited<ReturnType<typeof storeWithSubject>>;

interface Said {
  readonly predicate?: string;
  readonly format?: 'both' | 'bundle' | 'legacy';
}

async function attestWith(
  key: PrivateKey,
  place: Place,
  said: Said = {},
): Promise<readonly string[]> {
  const prepared = await prepareWith(key, place, said);
  return (await writeSignatures(place.store, prepared, {})).map(({ state }) => state);
}

function prepareWith(
  key: PrivateKey,
  { store, subject }: Place,
  { predicate = '{"said":1}', format = 'both' }: Said,
): Promise<PreparedSignatures> {
  const options = optionsOf(key, format);
  const request = attestationRequest(subject, { predicateType: TYPE, predicate }, options);
  return prepareAttestation(store, request, options);
}

function optionsOf(key: PrivateKey, format: 'both' | 'bundle' | 'legacy'): AttestOptions {
  const signer = createKeySigner(key);
  return { signer, format, repository: REPOSITORY, createdAt: new Date(0) };
}

/** Puts layers under the `.att` tag by hand. */
async function pushTagged({ store, subject }: Place, layers: readonly Buffer[]): Promise<void> {
  const described = layers.map((bytes) => ({
    ...describeBytes(DSSE_ENVELOPE, bytes),
    annotations: { predicateType: TYPE },
  }));
  for (const bytes of layers) await store.push(describeBytes(DSSE_ENVELOPE, bytes), bytes);
  const config = describeBytes('application/vnd.oci.image.config.v1+json', toBytes('{}'));
  const manifest = await pushManifest(store, { config, layers: described }, OCI_MANIFEST);
  await store.tag(manifest, attestationTagOf(subject.descriptor.digest));
}

function envelopeOf(key: PrivateKey, statement: object): Buffer {
  const payload = toBytes(statement);
  return toBytes({
    payloadType: STATEMENT_PAYLOAD_TYPE,
    payload: payload.toString('base64'),
    signatures: [{ sig: signRaw(key, encodeSignedBytes(payload)) }],
  });
}

const nested = (levels: number): unknown =>
  Array.from({ length: levels }).reduce((inner) => [inner], 1);

const verify = (key: PrivateKey, place: Place, attestation = TYPE): Promise<unknown> =>
  verifyWith([key], place, { attestation });

describe('attestations', () => {
  it.each(['bundle', 'legacy', 'both'] as const)(
    'hold as %s, and are not repeated',
    async (format) => {
      const place = await storeWithSubject();
      const count = format === 'both' ? 2 : 1;
      expect(await attestWith(alice, place, { format })).toEqual(Array(count).fill('added'));
      expect(await attestWith(alice, place, { format })).toEqual(Array(count).fill('present'));
      await verify(alice, place);
      await expectError(() => verify(bob, place), 'SIGNATURE_MISMATCH');
      await expectError(() => verify(alice, place, `${TYPE}x`), 'SIGNATURE_MISMATCH');
    },
  );

  it('are no signatures, and signatures are none of them', async () => {
    const attested = await storeWithSubject();
    await attestWith(alice, attested);
    await expectError(() => verifyWith([alice], attested), 'SIGNATURE_MISMATCH');
    const signed = await storeWithSubject();
    await signWith(alice, signed);
    await expectError(() => verify(alice, signed), 'SIGNATURE_MISMATCH');
  });

  it('of another subject count for nothing, in either format', async () => {
    const other = await storeWithSubject({ other: 'yes' });
    await attestWith(alice, other);
    const place = await storeWithSubject();
    const { digest } = other.subject.descriptor;
    const tagged = await other.store.resolve(attestationTagOf(digest));
    const { blobs } = other.store.snapshot();
    for (const [, bytes] of blobs)
      await place.store.push(describeBytes(DSSE_ENVELOPE, bytes), bytes);
    await place.store.push(tagged, blobs.get(tagged.digest) ?? Buffer.alloc(0));
    await place.store.tag(tagged, attestationTagOf(place.subject.descriptor.digest));
    const error = await expectError(() => verify(alice, place), 'SIGNATURE_MISMATCH');
    expect(error.message).toContain('another digest');
  });

  it('hold beside garbage under the tag', async () => {
    const place = await storeWithSubject();
    const { digest } = place.subject.descriptor;
    const statement = {
      _type: 'https://in-toto.io/Statement/v0.1',
      subject: [{ name: REPOSITORY, digest: { sha256: digest.slice(7) } }],
      predicateType: TYPE,
      predicate: {},
    };
    const good = envelopeOf(alice, statement);
    const { signatures } = JSON.parse(good.toString()) as { signatures: object[] };
    const damaged = { ...(JSON.parse(good.toString()) as object), payloadType: 'text/plain' };
    const garbage = [
      toBytes('no JSON'),
      toBytes('{}'),
      toBytes(damaged),
      toBytes({ ...damaged, signatures: [...signatures, ...signatures] }),
      envelopeOf(bob, statement),
      envelopeOf(alice, { ...statement, surprise: true }),
      envelopeOf(alice, { ...statement, predicate: { deep: nested(101) } }),
    ];
    await pushTagged(place, garbage);
    await expectError(() => verify(alice, place), 'SIGNATURE_MISMATCH');
    await pushTagged(place, [...garbage, good]);
    await verify(alice, place);
    // Whoever adds one keeps what stands there.
    await attestWith(bob, place, { format: 'legacy' });
    await verify(alice, place);
    await verify(bob, place);
  });

  it('by two who say different things meet no threshold of two', async () => {
    const place = await storeWithSubject();
    const both = (): Promise<unknown> =>
      verifyWith([alice, bob], place, { attestation: TYPE, threshold: 2 });
    await attestWith(alice, place, { predicate: '{"said":1}' });
    await attestWith(bob, place, { predicate: '{"said":2}' });
    await expectError(both, 'SIGNATURE_MISMATCH');
    await attestWith(bob, place, { predicate: '{"said":1}' });
    await both();
  });

  it('are not attached where the first bundle would hide what others signed', async () => {
    const place = await storeWithSubject();
    await signWith(alice, place, { format: 'legacy' });
    const predicates = [{ predicateType: TYPE, predicate: '{}' }];
    const attestAs = (key: PrivateKey): Promise<PreparedAttestations> =>
      prepareAttestations(
        place.store,
        { subject: place.subject, predicates },
        { ...optionsOf(key, 'both'), isSigned: false },
      );
    const error = await expectError(() => attestAs(bob), 'SIGNATURES_HIDDEN');
    expect(error.remedy).toContain('--signature-format legacy');
    await signWith(alice, place, { format: 'legacy', annotations: { stage: 'prod' } });
    const { signatures } = await attestAs(alice);
    // Each says what was signed, and no more.
    expect(signatures.map(({ annotations }) => annotations)).toEqual([{}, { stage: 'prod' }]);
  });

  it('by two at once are both kept, whatever was read before', async () => {
    const place = await storeWithSubject();
    const prepared = await Promise.all(
      [alice, bob].map((key) => prepareWith(key, place, { format: 'legacy' })),
    );
    for (const one of prepared) await writeSignatures(place.store, one, {});
    await verify(alice, place);
    await verify(bob, place);
  });

  it('longer than any reader takes are refused, and a long one is no trouble', async () => {
    const place = await storeWithSubject();
    await pushTagged(place, [Buffer.alloc(16 * 1024 * 1024 + 1, 32)]);
    await expectError(() => verify(alice, place), 'CONTENT_TOO_LARGE');
    await attestWith(alice, place, { predicate: JSON.stringify({ text: 'x'.repeat(2_000_000) }) });
    await verify(alice, place);
  });
});
