import { sign } from 'node:crypto';
import { OCI_EMPTY } from '../../../src/reference/media-types.ts';
import { payloadFor, pushLegacy, signRaw, toBytes, type LayerSpec } from '../../signing/support.ts';
import { DOCKER_MANIFEST } from '../../../src/reference/media-types.ts';
import { withoutMediaType } from './without-media-type.ts';
import {
  flip,
  layers,
  other,
  signed,
  trusted,
  ZEROS,
  type Place,
  type TamperCase,
} from './tamper-case.ts';

const good = (digest: string): LayerSpec => signed(payloadFor(digest));
const annotated = (annotations: Record<string, string>): TamperCase['write'] =>
  layers((digest) => [{ ...good(digest), annotations }]);
const optional = (value: unknown): TamperCase['write'] =>
  layers((digest) => [signed({ ...payloadFor(digest), optional: value })]);

const BOTH_TAKE_IT = { cosigns: [0, 0], kongcrate: 'trusted' } as const;
const BOTH_REFUSE_IT = { cosigns: [12, 12], kongcrate: 'SIGNATURE_MISMATCH' } as const;
const STRICTER = { cosigns: [0, 0], kongcrate: 'SIGNATURE_MISMATCH' } as const;

/** Two values of `critical` in one payload: Go takes the last. */
const twice = (first: string, last: string): LayerSpec => {
  const critical = (digest: string): string =>
    JSON.stringify(payloadFor(digest)).slice(1).replace(',"optional":null}', '');
  return signed(`{${critical(first)},${critical(last)},"optional":null}`);
};

/** Legacy signatures, numbered as in the record of cosign 2.5.0 and 3.1.1; the others are ours. */
export const LEGACY_CASES: readonly TamperCase[] = [
  { what: '01 baseline', write: layers((digest) => [good(digest)]), ...BOTH_TAKE_IT },
  {
    what: '02 payload of another digest, validly signed',
    write: layers(() => [good(ZEROS)]),
    ...BOTH_REFUSE_IT,
    says: 'another digest',
  },
  {
    what: '03 signature with a flipped bit',
    write: layers((digest) => {
      const { payload, signature } = signed(payloadFor(digest));
      return [{ payload, signature: flip(signature) }];
    }),
    ...BOTH_REFUSE_IT,
    says: 'no trusted key',
  },
  {
    what: '04 another key',
    write: layers((digest) => {
      const payload = toBytes(payloadFor(digest));
      return [{ payload, signature: signRaw(other, payload) }];
    }),
    ...BOTH_REFUSE_IT,
    says: 'no trusted key',
  },
  {
    what: '05 payload altered after signing',
    write: layers((digest) => [
      {
        ...good(digest),
        payload: toBytes(payloadFor(digest, { identity: { 'docker-reference': 'x/y' } })),
      },
    ]),
    ...BOTH_REFUSE_IT,
    says: 'no trusted key',
  },
  {
    what: '06 docker-reference of another repository',
    write: layers((digest) => [
      signed(payloadFor(digest, { identity: { 'docker-reference': 'evil/repo' } })),
    ]),
    ...BOTH_TAKE_IT,
  },
  {
    what: '07 another critical.type',
    write: layers((digest) => [signed(payloadFor(digest, { type: 'atomic container signature' }))]),
    ...STRICTER,
    says: 'atomic container signature',
    stricter:
      "A legacy payload must have cosign's `critical.type`: another one was signed for another purpose.",
  },
  {
    what: '08 payload pretty printed and reordered',
    write: layers((digest) => [signed(JSON.stringify(payloadFor(digest), null, 2))]),
    ...BOTH_TAKE_IT,
  },
  {
    what: '09 layer mediaType text/plain',
    write: layers((digest) => [{ ...good(digest), mediaType: 'text/plain' }]),
    ...BOTH_TAKE_IT,
  },
  {
    what: '10 no signature annotation',
    write: layers((digest) => [{ payload: toBytes(payloadFor(digest)) }]),
    ...BOTH_REFUSE_IT,
    says: 'missing',
  },
  {
    what: '11 raw r||s',
    write: layers((digest) => {
      const payload = toBytes(payloadFor(digest));
      const key = { key: trusted.key, dsaEncoding: 'ieee-p1363' } as const;
      return [{ payload, signature: sign('sha256', payload, key).toString('base64') }];
    }),
    ...BOTH_TAKE_IT,
  },
  {
    what: '12 base64 with newlines',
    write: layers((digest) => {
      const { payload, signature } = signed(payloadFor(digest));
      return [{ payload, signature: `${signature.slice(0, 20)}\r\n${signature.slice(20)}\n` }];
    }),
    ...BOTH_TAKE_IT,
  },
  {
    what: '13 base64url without padding',
    write: layers((digest) => {
      const { payload, signature } = signed(payloadFor(digest));
      return [{ payload, signature: `${signature.replace(/=+$/, '')}-` }];
    }),
    ...BOTH_REFUSE_IT,
    says: 'base64',
  },
  {
    what: '14 a bad layer before the good one',
    write: layers((digest) => [{ ...good(ZEROS), signature: 'AAAA' }, good(digest)]),
    ...BOTH_TAKE_IT,
  },
  { what: '15 an unknown annotation', write: annotated({ 'example.com/x': 'y' }), ...BOTH_TAKE_IT },
  {
    what: '16 docker media types',
    write: layers((digest) => [good(digest)], { manifestType: DOCKER_MANIFEST }),
    ...BOTH_TAKE_IT,
  },
  {
    what: '17 the empty config',
    write: layers((digest) => [good(digest)], { configType: OCI_EMPTY }),
    ...BOTH_TAKE_IT,
  },
  {
    what: '18 wrong diff_ids in the config',
    write: layers((digest) => [good(digest)], {
      configText: JSON.stringify({ rootfs: { type: 'layers', diff_ids: [ZEROS] } }),
    }),
    ...BOTH_TAKE_IT,
  },
  {
    what: '19 a manifest that does not say its mediaType',
    write: async (place: Place): Promise<void> =>
      withoutMediaType(place, await pushLegacy(place, [good(place.subject.descriptor.digest)])),
    ...BOTH_TAKE_IT,
  },
  {
    what: '20 a key twice, the last one good',
    write: layers((digest) => [twice(ZEROS, digest)]),
    ...BOTH_TAKE_IT,
  },
  {
    what: '20 a key twice, the first one good',
    write: layers((digest) => [twice(digest, ZEROS)]),
    ...BOTH_REFUSE_IT,
    says: 'another digest',
  },
  {
    what: '21 keys in another case',
    write: layers((digest) => [
      signed(JSON.stringify(payloadFor(digest)).replace('critical', 'Critical')),
    ]),
    ...STRICTER,
    says: 'type',
    stricter:
      'Keys of a payload count in their own spelling only: two readers must not see two things in it.',
  },
  {
    what: '22 -a equal',
    write: optional({ version: '0.1.0' }),
    annotations: { version: '0.1.0' },
    ...BOTH_TAKE_IT,
  },
  {
    what: '23 -a another value',
    write: optional({ version: '0.1.0' }),
    annotations: { version: '9' },
    ...BOTH_REFUSE_IT,
    says: 'version as "0.1.0", not "9"',
  },
  {
    what: '24 -a missing',
    write: optional({ version: '0.1.0' }),
    annotations: { vendor: 'x' },
    ...BOTH_REFUSE_IT,
    says: 'no annotation vendor',
  },
  {
    what: '25 -a the number 1 is not the text 1',
    write: optional({ version: 1 }),
    annotations: { version: '1' },
    ...BOTH_REFUSE_IT,
    says: 'no annotation version',
  },
  {
    what: '-a a name that every object of JavaScript has',
    write: optional(null),
    annotations: { constructor: 'x' },
    ...BOTH_REFUSE_IT,
    says: 'annotation constructor',
  },
  { what: '26 no layers', write: layers(() => []), cosigns: [10, 10], kongcrate: 'NO_SIGNATURE' },
  {
    what: '27 signed, but no JSON',
    write: layers(() => [signed('hello')]),
    ...BOTH_REFUSE_IT,
    says: 'no JSON',
  },
  {
    what: '28 another digest, cosign with --check-claims=false',
    write: layers(() => [good(ZEROS)]),
    cosignFlags: ['--check-claims=false'],
    ...STRICTER,
    says: 'another digest',
    stricter:
      'Nothing turns off the comparison of the signed digest (cosign: `--check-claims=false`).',
  },
  {
    what: '29 no optional',
    write: layers((digest) => [
      signed(JSON.stringify(payloadFor(digest)).replace(',"optional":null', '')),
    ]),
    ...BOTH_TAKE_IT,
  },
  {
    what: '30 data after the JSON',
    write: layers((digest) => [signed(`${JSON.stringify(payloadFor(digest))}{}`)]),
    ...BOTH_REFUSE_IT,
    says: 'no JSON',
  },
  {
    what: '31 an empty bundle annotation',
    write: annotated({ 'dev.sigstore.cosign/bundle': '' }),
    ...BOTH_TAKE_IT,
  },
  {
    what: '32 garbage for a log entry',
    write: annotated({ 'dev.sigstore.cosign/bundle': 'garbage' }),
    ...BOTH_REFUSE_IT,
    says: 'cannot be read',
  },
  {
    what: '33 garbage for a certificate',
    write: annotated({ 'dev.sigstore.cosign/certificate': 'garbage' }),
    ...BOTH_REFUSE_IT,
    says: 'cannot be read',
  },
  {
    what: '34 empty certificate and chain annotations',
    write: annotated({
      'dev.sigstore.cosign/certificate': '',
      'dev.sigstore.cosign/chain': '',
    }),
    ...BOTH_TAKE_IT,
  },
];
