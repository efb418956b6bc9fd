import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { describe as describeBytes } from '../../src/content/descriptor.ts';
import { readContent } from '../../src/content/read-content.ts';
import type { ErrorCode } from '../../src/errors/catalogue.ts';
import { signatureTagOf, type Digest } from '../../src/reference/digest.ts';
import { DOCKER_MANIFEST, OCI_MANIFEST } from '../../src/reference/media-types.ts';
import { expectError } from '../support/expect-error.ts';
import {
  makeKey,
  payloadFor,
  pushLegacy,
  signRaw,
  storeWithSubject,
  toBytes,
  verifyWith,
  type LayerSpec,
} from '../signing/support.ts';

const trusted = await makeKey();
const other = await makeKey();
const ZEROS = `sha256:${'0'.repeat(64)}`;

/** A layer whose payload, whatever it is, carries a valid signature of the trusted key. */
const signed = (payload: unknown): LayerSpec => {
  const bytes = toBytes(payload);
  return { payload: bytes, signature: signRaw(trusted, bytes) };
};

const p1363 = (bytes: Buffer): string =>
  sign('sha256', bytes, { key: trusted.key, dsaEncoding: 'ieee-p1363' }).toString('base64');

const flip = (base64: string): string => {
  const bytes = Buffer.from(base64, 'base64');
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  return bytes.toString('base64');
};

type Layers = (digest: Digest) => readonly LayerSpec[];
type Row = readonly [string, Layers, string?];

/** cosign's own answers stand in the comments where kongcrate is stricter. */
const ACCEPTED: readonly Row[] = [
  ['01 baseline', (digest) => [signed(payloadFor(digest))]],
  [
    '08 pretty printed and reordered',
    (digest) => [signed(JSON.stringify(payloadFor(digest), null, 2))],
  ],
  [
    '06 docker-reference of another repository: reported, content decides',
    (digest) => [signed(payloadFor(digest, { identity: { 'docker-reference': 'evil/repo' } }))],
  ],
  [
    '09 layer mediaType text/plain',
    (digest) => [{ ...signed(payloadFor(digest)), mediaType: 'text/plain' }],
  ],
  [
    '11 raw r||s',
    (digest) => {
      const payload = toBytes(payloadFor(digest));
      return [{ payload, signature: p1363(payload) }];
    },
  ],
  [
    '12 base64 with newlines',
    (digest) => {
      const { payload, signature = '' } = signed(payloadFor(digest));
      return [{ payload, signature: `${signature.slice(0, 20)}\r\n${signature.slice(20)}\n` }];
    },
  ],
  [
    '14 a bad layer before the good one',
    (digest) => [
      { payload: toBytes(payloadFor(digest)), signature: 'AAAA' },
      signed(payloadFor(digest)),
    ],
  ],
  [
    '15 an unknown annotation',
    (digest) => [{ ...signed(payloadFor(digest)), annotations: { 'example.com/x': 'y' } }],
  ],
  [
    '29 no optional',
    (digest) => [signed(JSON.stringify(payloadFor(digest)).replace(',"optional":null', ''))],
  ],
  [
    '31, 34 empty bundle, certificate and chain annotations',
    (digest) => [
      {
        ...signed(payloadFor(digest)),
        annotations: {
          'dev.sigstore.cosign/bundle': '',
          'dev.sigstore.cosign/certificate': '',
          'dev.sigstore.cosign/chain': '',
        },
      },
    ],
  ],
];

const REFUSED: readonly Row[] = [
  [
    '32 garbage for a log entry',
    (digest) => [
      { ...signed(payloadFor(digest)), annotations: { 'dev.sigstore.cosign/bundle': 'garbage' } },
    ],
    'cannot be read',
  ],
  [
    'a log entry without anything',
    (digest) => [
      { ...signed(payloadFor(digest)), annotations: { 'dev.sigstore.cosign/bundle': '{}' } },
    ],
    'cannot be read',
  ],
  [
    '33 garbage for a certificate',
    (digest) => [
      {
        ...signed(payloadFor(digest)),
        annotations: { 'dev.sigstore.cosign/certificate': 'garbage' },
      },
    ],
    'cannot be read',
  ],
  [
    'garbage for a timestamp',
    (digest) => [
      {
        ...signed(payloadFor(digest)),
        annotations: { 'dev.sigstore.cosign/rfc3161timestamp': '{}' },
      },
    ],
    'cannot be read',
  ],
  [
    '02 payload of another digest, validly signed',
    () => [signed(payloadFor(ZEROS))],
    'another digest',
  ],
  [
    '03 signature with a flipped bit',
    (digest) => {
      const { payload, signature = '' } = signed(payloadFor(digest));
      return [{ payload, signature: flip(signature) }];
    },
    'no trusted key',
  ],
  [
    '04 another key',
    (digest) => {
      const payload = toBytes(payloadFor(digest));
      return [{ payload, signature: signRaw(other, payload) }];
    },
    'no trusted key',
  ],
  [
    '05 payload altered after signing',
    (digest) => {
      const { signature } = signed(payloadFor(digest));
      const payload = toBytes(payloadFor(digest, { identity: { 'docker-reference': 'x/y' } }));
      return [{ payload, ...(signature === undefined ? {} : { signature }) }];
    },
    'no trusted key',
  ],
  [
    'S3 payload altered but equal as JSON',
    (digest) => {
      const { signature = '' } = signed(payloadFor(digest));
      return [{ payload: toBytes(JSON.stringify(payloadFor(digest), null, 1)), signature }];
    },
    'no trusted key',
  ],
  [
    '07 another critical.type', // cosign: 0
    (digest) => [signed(payloadFor(digest, { type: 'atomic container signature' }))],
    'atomic container signature',
  ],
  ['10 no signature annotation', (digest) => [{ payload: toBytes(payloadFor(digest)) }], 'missing'],
  [
    '13 base64url without padding',
    (digest) => {
      const { payload, signature = '' } = signed(payloadFor(digest));
      return [{ payload, signature: `${Buffer.from(signature, 'base64').toString('base64url')}-` }];
    },
    'base64',
  ],
  [
    '21 keys in another case', // cosign: 0
    (digest) => [signed(JSON.stringify(payloadFor(digest)).replace('critical', 'Critical'))],
    'type',
  ],
  ['27 signed, but no JSON', () => [signed('hello')], 'no JSON'],
  [
    '30 data after the JSON',
    (digest) => [signed(`${JSON.stringify(payloadFor(digest))}{}`)],
    'no JSON',
  ],
  ['S5 empty payload', () => [signed('')], 'no JSON'],
  ['S5 JSON null', () => [signed('null')], 'type'],
  ['S5 a list', () => [signed('[]')], 'type'],
  [
    'S5 not UTF-8',
    () => [{ payload: Buffer.from([0xff]), signature: signRaw(trusted, Buffer.from([0xff])) }],
    'JSON',
  ],
  [
    'digest in upper case',
    (digest) => [signed(payloadFor(digest.replace(/[a-f]/g, (hex) => hex.toUpperCase())))],
    'another digest',
  ],
  [
    'empty signature',
    (digest) => [{ payload: toBytes(payloadFor(digest)), signature: '' }],
    'missing',
  ],
];

describe('legacy signatures, tampered with', () => {
  for (const [what, layers] of ACCEPTED)
    it(`accepts ${what}`, async () => {
      const place = await storeWithSubject();
      await pushLegacy(place, layers(place.subject.descriptor.digest));
      const { trust } = await verifyWith([trusted], place);
      expect(trust).toMatchObject({ signers: [{ keyId: trusted.publicKey.keyId }] });
    });

  for (const [what, layers, said = ''] of REFUSED)
    it(`refuses ${what}`, async () => {
      const place = await storeWithSubject();
      await pushLegacy(place, layers(place.subject.descriptor.digest));
      const error = await expectError(() => verifyWith([trusted], place), 'SIGNATURE_MISMATCH');
      expect(error.exitCode).toBe(12);
      expect(error.message).toContain(said);
      expect(error.message).toContain('layer 1 of sha256-');
    });

  it('20 a key twice: the last one counts, as in Go', async () => {
    const place = await storeWithSubject();
    const { digest } = place.subject.descriptor;
    const good = JSON.stringify(payloadFor(digest));
    const bad = JSON.stringify(payloadFor(ZEROS));
    const critical = (json: string): string => json.slice(1, json.indexOf(',"optional"'));
    await pushLegacy(place, [signed(`{${critical(bad)},${good.slice(1)}`)]);
    await verifyWith([trusted], place);
    await pushLegacy(place, [signed(`{${critical(good)},${bad.slice(1)}`)]);
    await expectError(() => verifyWith([trusted], place), 'SIGNATURE_MISMATCH');
  });

  it('16 docker media types', async () => {
    const place = await storeWithSubject();
    const layers = [signed(payloadFor(place.subject.descriptor.digest))];
    await pushLegacy(place, layers, DOCKER_MANIFEST);
    await verifyWith([trusted], place);
  });

  it('19 a manifest that does not say its mediaType', async () => {
    const place = await storeWithSubject();
    const { digest } = place.subject.descriptor;
    const manifest = await pushLegacy(place, [signed(payloadFor(digest))]);
    const text = await readContent(place.store, manifest, { limitBytes: 10_000 });
    const bytes = toBytes(text.toString().replace(`"mediaType":"${OCI_MANIFEST}",`, ''));
    await place.store.push(describeBytes(OCI_MANIFEST, bytes), bytes);
    await place.store.tag(describeBytes(OCI_MANIFEST, bytes), signatureTagOf(digest));
    await verifyWith([trusted], place);
  });

  it.each<[string, Record<string, string>, unknown, ErrorCode | undefined]>([
    ['22 equal', { version: '0.1.0' }, { version: '0.1.0' }, undefined],
    ['23 another value', { version: '9' }, { version: '0.1.0' }, 'SIGNATURE_MISMATCH'],
    ['24 missing', { vendor: 'x' }, { version: '0.1.0' }, 'SIGNATURE_MISMATCH'],
    ['25 the number 1 is not the text 1', { version: '1' }, { version: 1 }, 'SIGNATURE_MISMATCH'],
    ['a name every object has', { constructor: 'x' }, null, 'SIGNATURE_MISMATCH'],
  ])('-a: %s', async (_what, annotations, optional, code) => {
    const place = await storeWithSubject();
    const payload = { ...payloadFor(place.subject.descriptor.digest), optional };
    await pushLegacy(place, [signed(payload)]);
    const verify = () => verifyWith([trusted], place, { annotations });
    if (code) await expectError(verify, code);
    else await verify();
  });

  it('26 no layers is no signature', async () => {
    const place = await storeWithSubject();
    await pushLegacy(place, []);
    await expectError(() => verifyWith([trusted], place), 'NO_SIGNATURE');
  });

  it('S9 DER garbage of every length is refused, never thrown', async () => {
    const place = await storeWithSubject();
    const payload = toBytes(payloadFor(place.subject.descriptor.digest));
    const lengths = [1, 2, 8, 63, 64, 65, 70, 71, 72, 96, 132, 256];
    const garbage = lengths.map((length) => Buffer.alloc(length, 0x30).toString('base64'));
    await pushLegacy(
      place,
      garbage.map((signature) => ({ payload, signature })),
    );
    const rsa = await makeKey(() => generateKeyPairSync('rsa', { modulusLength: 2048 }));
    const ed25519 = await makeKey(() => generateKeyPairSync('ed25519'));
    await expectError(() => verifyWith([trusted, rsa, ed25519], place), 'SIGNATURE_MISMATCH');
  });
});
