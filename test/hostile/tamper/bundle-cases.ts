import { sign } from 'node:crypto';
import { describe as describeBytes } from '../../../src/content/descriptor.ts';
import { BUNDLE_V03 } from '../../../src/reference/media-types.ts';
import { sshFingerprint } from '../../../src/signing/ssh-fingerprint.ts';
import {
  bundleFor,
  preAuth,
  pushBundle,
  sha256Hex,
  signedBundle,
  signRaw,
  statementFor,
  toBytes,
} from '../../signing/support.ts';
import { flip, other, trusted, ZEROS, type Place, type TamperCase } from './tamper-case.ts';

interface BundleJson {
  mediaType: string;
  verificationMaterial: Record<string, unknown>;
  dsseEnvelope: { payload: string; payloadType: string; signatures: { sig: string }[] };
  [field: string]: unknown;
}

const signedAs = (statement: object): BundleJson => signedBundle(trusted, statement) as BundleJson;

/** Writes what is made of the digest as the only bundle. */
const bundle =
  (make: (digest: string) => unknown, manifest?: object): TamperCase['write'] =>
  (place) =>
    pushBundle(place, make(place.subject.descriptor.digest), manifest);

/** A good bundle after one change. */
const changed = (change: (bundle: BundleJson) => void): TamperCase['write'] =>
  bundle((digest) => {
    const good = signedAs(statementFor(digest));
    change(good);
    return good;
  });

/** A statement with these fields, signed as it should be. */
const about = (changes: (digest: string) => object): TamperCase['write'] =>
  bundle((digest) => signedAs(statementFor(digest, changes(digest.slice(7)))));

const withMaterial = (material: Record<string, unknown>): TamperCase['write'] =>
  changed((good) => (good.verificationMaterial = material));

const withVersion = (mediaType: string): TamperCase['write'] =>
  changed((good) => (good.mediaType = mediaType));

const withKeyId = (keyid: string): TamperCase['write'] =>
  changed((good) => Object.assign(good.dsseEnvelope.signatures[0] ?? {}, { keyid }));

const annotated: TamperCase['write'] = about((sha256) => ({
  subject: [{ digest: { sha256 }, annotations: { version: '0.1.0' } }],
}));

const spki = trusted.publicKey.key.export({ type: 'spki', format: 'der' });

/** cosign 2 sees no bundle at an image at all. */
const TAKEN = { cosigns: [10, 0], kongcrate: 'trusted' } as const;
const REFUSED = { cosigns: [10, 1], kongcrate: 'SIGNATURE_MISMATCH' } as const;
const UNSEEN = { cosigns: [10, 10], kongcrate: 'CONTENT_INVALID' } as const;

const NO_ATTESTATION = {
  cosigns: [10, 0],
  kongcrate: 'SIGNATURE_MISMATCH',
  says: 'attestation',
  stricter: 'An attestation is no signature: whoever may attest could sign otherwise.',
} as const;

/** Bundles, numbered as in the record of cosign 3.1.1; the others are ours. */
export const BUNDLE_CASES: readonly TamperCase[] = [
  { what: '01 baseline', write: changed(() => undefined), ...TAKEN },
  {
    what: '02 another payloadType, signed as such',
    write: bundle((digest) => {
      const statement = toBytes(statementFor(digest));
      const payloadType = 'text/plain';
      return bundleFor({
        statement,
        sig: signRaw(trusted, preAuth(statement, payloadType)),
        payloadType,
      });
    }),
    ...REFUSED,
    says: 'text/plain',
  },
  {
    what: '03 flipped signature',
    write: changed(({ dsseEnvelope: { signatures } }) => {
      for (const one of signatures) one.sig = flip(one.sig, 20);
    }),
    ...REFUSED,
    says: 'no trusted key',
  },
  {
    what: '04 subject of another digest',
    write: bundle(() => signedAs(statementFor(ZEROS))),
    ...REFUSED,
    says: 'another digest',
  },
  { what: '05 wrong hint', write: withMaterial({ publicKey: { hint: 'x' } }), ...TAKEN },
  { what: '06 empty hint', write: withMaterial({ publicKey: { hint: '' } }), ...TAKEN },
  { what: '06b no hint', write: withMaterial({ publicKey: {} }), ...TAKEN },
  {
    what: '07 no verification material',
    write: withMaterial({}),
    ...UNSEEN,
    says: 'no sigstore bundle',
  },
  {
    what: '08 v0.2',
    write: withVersion('application/vnd.dev.sigstore.bundle+json;version=0.2'),
    cosigns: [10, 10],
    kongcrate: 'SIGNATURE_MISMATCH',
    says: 'version=0.2',
  },
  {
    what: '08b v0.3 in its old spelling',
    write: withVersion('application/vnd.dev.sigstore.bundle+json;version=0.3'),
    ...TAKEN,
  },
  {
    what: '08c v0.4',
    write: withVersion('application/vnd.dev.sigstore.bundle.v0.4+json'),
    ...UNSEEN,
    says: 'v0.4',
  },
  {
    what: '09 two signatures',
    write: changed(({ dsseEnvelope: { signatures } }) => signatures.push({ sig: 'AAAA' })),
    cosigns: [10, 1],
    kongcrate: 'CONTENT_INVALID',
    says: 'signatures',
  },
  {
    what: '09b no signature',
    write: changed(({ dsseEnvelope: { signatures } }) => signatures.pop()),
    cosigns: [10, 1],
    kongcrate: 'CONTENT_INVALID',
    says: 'signatures',
  },
  {
    what: '10 a signature over the manifest as a file',
    write: async (place: Place): Promise<void> => {
      const manifest = place.store.snapshot().blobs.get(place.subject.descriptor.digest);
      const digest = Buffer.from(sha256Hex(manifest ?? toBytes('')), 'hex').toString('base64');
      const messageDigest = { algorithm: 'SHA2_256', digest };
      const signature = signRaw(trusted, manifest ?? toBytes(''));
      const verificationMaterial = { publicKey: { hint: 'x' } };
      const messageSignature = { messageDigest, signature };
      await pushBundle(place, { mediaType: BUNDLE_V03, verificationMaterial, messageSignature });
    },
    ...REFUSED,
    says: 'over a file',
  },
  {
    what: '11 an SBOM attestation',
    write: about(() => ({ predicateType: 'https://spdx.dev/Document' })),
    ...NO_ATTESTATION,
  },
  {
    what: 'no predicateType',
    write: about(() => ({ predicateType: undefined })),
    ...NO_ATTESTATION,
  },
  {
    what: '12 other artifactTypes',
    write: bundle((digest) => signedAs(statementFor(digest)), { artifactType: 'application/x' }),
    ...TAKEN,
  },
  {
    what: '12b no artifactType',
    write: bundle((digest) => signedAs(statementFor(digest)), { artifactType: undefined }),
    ...TAKEN,
  },
  {
    what: '13 a layer called JSON',
    write: typed('application/json'),
    cosigns: [10, 10],
    kongcrate: 'NO_SIGNATURE',
  },
  {
    what: '13b a layer with the old spelling of v0.3',
    write: typed('application/vnd.dev.sigstore.bundle+json;version=0.3'),
    ...TAKEN,
  },
  {
    what: '14 a keyid that is no fingerprint of the key',
    write: withKeyId('aGludA=='),
    ...REFUSED,
    says: 'that it calls "aGludA=="',
  },
  { what: '14 keyid: empty', write: withKeyId(''), ...TAKEN },
  {
    what: '14 keyid: the hint, as sigstore-js writes it',
    write: withKeyId(Buffer.from(sha256Hex(spki), 'hex').toString('base64')),
    ...REFUSED,
    says: 'that it calls',
  },
  {
    what: '14 keyid: sha256 of the key in hex',
    write: withKeyId(sha256Hex(spki)),
    ...REFUSED,
    says: 'that it calls',
  },
  {
    what: '14 keyid: the ssh fingerprint',
    write: withKeyId(sshFingerprint(trusted.publicKey.key)),
    ...TAKEN,
  },
  {
    what: '14 keyid: the ssh fingerprint of another key',
    write: withKeyId(sshFingerprint(other.publicKey.key)),
    ...REFUSED,
    says: 'that it calls "SHA256:',
  },
  {
    what: '15 an unknown field beside',
    write: changed((good) => (good['extra'] = 1)),
    ...UNSEEN,
    says: 'unknown field, "extra"',
  },
  {
    what: '15 an unknown field inside',
    write: changed(({ dsseEnvelope }) => Object.assign(dsseEnvelope, { expires: '' })),
    ...UNSEEN,
    says: 'unknown field, "dsseEnvelope.expires"',
  },
  {
    what: '16 statement v0.1',
    write: about(() => ({ _type: 'https://in-toto.io/Statement/v0.1' })),
    ...TAKEN,
  },
  {
    what: 'another _type',
    write: about(() => ({ _type: 'https://example.com/Statement' })),
    cosigns: [10, 0],
    kongcrate: 'SIGNATURE_MISMATCH',
    says: 'in-toto',
    stricter:
      'A statement must be one of in-toto, v1 or v0.1: what another `_type` means is not known.',
  },
  {
    what: '17 the second subject is ours',
    write: about((sha256) => ({
      subject: [{ digest: { sha256: ZEROS.slice(7) } }, { digest: { sha256 } }],
    })),
    ...TAKEN,
  },
  { what: '18 no predicate', write: about(() => ({ predicate: undefined })), ...TAKEN },
  { what: '18b predicate null', write: about(() => ({ predicate: null })), ...TAKEN },
  {
    what: '19 an empty list of log entries',
    write: changed((good) => (good.verificationMaterial['tlogEntries'] = [])),
    ...TAKEN,
  },
  {
    what: '20 garbage for a certificate',
    write: withMaterial({ certificate: { rawBytes: 'AAAA' } }),
    ...REFUSED,
    says: 'certificate',
  },
  {
    what: '21 pretty JSON',
    write: bundle((digest) => JSON.stringify(signedAs(statementFor(digest)), null, 2)),
    ...TAKEN,
  },
  {
    what: '22 raw r||s',
    write: bundle((digest) => {
      const statement = toBytes(statementFor(digest));
      const key = { key: trusted.key, dsaEncoding: 'ieee-p1363' } as const;
      const sig = sign('sha256', preAuth(statement), key).toString('base64');
      return bundleFor({ statement, sig });
    }),
    ...TAKEN,
  },
  {
    what: '23 signed without PAE',
    write: bundle((digest) => {
      const statement = toBytes(statementFor(digest));
      return bundleFor({ statement, sig: signRaw(trusted, statement) });
    }),
    ...REFUSED,
    says: 'no trusted key',
  },
  {
    what: '24 a bundle of another key beside the good one',
    write: async (place: Place): Promise<void> => {
      const statement = statementFor(place.subject.descriptor.digest);
      await pushBundle(place, signedBundle(other, statement));
      await pushBundle(place, signedAs(statement));
    },
    ...TAKEN,
  },
  {
    what: '25 another key',
    write: bundle((digest) => signedBundle(other, statementFor(digest))),
    ...REFUSED,
    says: 'no trusted key',
  },
  {
    what: '26 two layers',
    write: async (place: Place): Promise<void> => {
      const bytes = toBytes(signedAs(statementFor(place.subject.descriptor.digest)));
      const layer = describeBytes(BUNDLE_V03, bytes);
      await pushBundle(place, bytes.toString(), { layers: [layer, layer] });
    },
    cosigns: [10, 10],
    kongcrate: 'NO_SIGNATURE',
  },
  { what: '27 garbage', write: bundle(() => 'garbage'), ...UNSEEN },
  { what: '28 -a equal', write: annotated, annotations: { version: '0.1.0' }, ...TAKEN },
  {
    what: '29 -a another value',
    write: annotated,
    annotations: { version: '9' },
    ...REFUSED,
    says: 'version as "0.1.0", not "9"',
  },
  {
    what: '30 sha512 only',
    write: about((sha256) => ({ subject: [{ digest: { sha512: sha256 + sha256 } }] })),
    ...REFUSED,
    says: 'another digest',
  },
  {
    what: '31 digest in upper case',
    write: about((sha256) => ({ subject: [{ digest: { sha256: sha256.toUpperCase() } }] })),
    ...REFUSED,
    says: 'another digest',
  },
  {
    what: '32 base64url',
    write: changed(({ dsseEnvelope }) => {
      dsseEnvelope.payload = base64Url(dsseEnvelope.payload);
      for (const one of dsseEnvelope.signatures) one.sig = base64Url(one.sig);
    }),
    ...TAKEN,
  },
  {
    what: '33 snake_case fields',
    write: bundle((digest) => {
      const json = JSON.stringify(signedAs(statementFor(digest)));
      return json.replaceAll(/"(\w+)":/g, (key) => key.replaceAll(/[A-Z]/g, toSnake));
    }),
    ...UNSEEN,
    says: 'unknown field, "media_type"',
  },
  {
    what: 'one snake_case field',
    write: changed((good) => {
      good['dsse_envelope'] = good.dsseEnvelope;
      Reflect.deleteProperty(good, 'dsseEnvelope');
    }),
    cosigns: [10, 0],
    kongcrate: 'CONTENT_INVALID',
    says: 'unknown field, "dsse_envelope"',
    stricter:
      'The fields of a bundle have one spelling, the one cosign writes: in two a field could stand twice.',
  },
  {
    what: '34 an unknown field in the statement',
    write: about(() => ({ extra: 1 })),
    ...REFUSED,
    says: 'unknown field, "extra"',
  },
  {
    what: '34 an unknown field in a subject',
    write: about((sha256) => ({ subject: [{ digest: { sha256 }, until: '2020' }] })),
    ...REFUSED,
    says: 'unknown field, "subject.until"',
  },
  {
    what: '35 an empty certificate chain',
    write: withMaterial({ x509CertificateChain: { certificates: [] } }),
    ...UNSEEN,
  },
];

function typed(mediaType: string): TamperCase['write'] {
  return async (place) => {
    const bytes = toBytes(signedAs(statementFor(place.subject.descriptor.digest)));
    await pushBundle(place, bytes.toString(), { layers: [describeBytes(mediaType, bytes)] });
  };
}

const toSnake = (letter: string): string => `_${letter.toLowerCase()}`;

function base64Url(base64: string): string {
  return Buffer.from(base64, 'base64').toString('base64url');
}
