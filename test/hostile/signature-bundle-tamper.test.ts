import { sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../src/errors/catalogue.ts';
import { expectError } from '../support/expect-error.ts';
import {
  bundleFor,
  makeKey,
  preAuth,
  pushBundle,
  signedBundle,
  signRaw,
  statementFor,
  storeWithSubject,
  toBytes,
  verifyWith,
} from '../signing/support.ts';

const trusted = await makeKey();
const other = await makeKey();
const ZEROS = `sha256:${'0'.repeat(64)}`;
const GOOD = 'good';

interface BundleJson {
  mediaType: string;
  verificationMaterial: Record<string, unknown>;
  dsseEnvelope?: { payload: string; payloadType: string; signatures: object[] };
  [field: string]: unknown;
}

const signedAs = (statement: object): BundleJson => signedBundle(trusted, statement) as BundleJson;

/** A valid bundle after one change. */
const changed =
  (change: (bundle: BundleJson) => void) =>
  (digest: string): BundleJson => {
    const bundle = signedAs(statementFor(digest));
    change(bundle);
    return bundle;
  };

const about =
  (changes: (digest: string) => object) =>
  (digest: string): BundleJson =>
    signedAs(statementFor(digest, changes(digest)));

const withPayloadType = (payloadType: string) => (digest: string) => {
  const statement = toBytes(statementFor(digest));
  return bundleFor({
    statement,
    sig: signRaw(trusted, preAuth(statement, payloadType)),
    payloadType,
  });
};

type Row = readonly [string, (digest: string) => unknown, ErrorCode | typeof GOOD, string?];

const ROWS: readonly Row[] = [
  ['01 baseline', changed(() => undefined), GOOD],
  [
    '02 another payloadType, signed as such',
    withPayloadType('text/plain'),
    'SIGNATURE_MISMATCH',
    'text/plain',
  ],
  [
    '03 flipped signature',
    (digest) => {
      const statement = toBytes(statementFor(digest));
      const signature = Buffer.from(signRaw(trusted, preAuth(statement)), 'base64');
      signature[20] = (signature[20] ?? 0) ^ 1;
      return bundleFor({ statement, sig: signature.toString('base64') });
    },
    'SIGNATURE_MISMATCH',
    'no trusted key',
  ],
  [
    '04 subject of another digest',
    () => signedAs(statementFor(ZEROS)),
    'SIGNATURE_MISMATCH',
    'another digest',
  ],
  [
    '05 wrong hint',
    changed((bundle) => (bundle.verificationMaterial = { publicKey: { hint: 'x' } })),
    GOOD,
  ],
  [
    '06 empty hint',
    changed((bundle) => (bundle.verificationMaterial = { publicKey: { hint: '' } })),
    GOOD,
  ],
  ['06b no hint', changed((bundle) => (bundle.verificationMaterial = { publicKey: {} })), GOOD],
  [
    '07 no verification material',
    changed((bundle) => (bundle.verificationMaterial = {})),
    'CONTENT_INVALID',
    'no sigstore bundle',
  ],
  [
    '08 v0.2', // cosign 3 does not see it; without log entries it says the same as v0.3
    changed(
      (bundle) => (bundle.mediaType = 'application/vnd.dev.sigstore.bundle+json;version=0.2'),
    ),
    GOOD,
  ],
  [
    '08b v0.3 in its old spelling',
    changed(
      (bundle) => (bundle.mediaType = 'application/vnd.dev.sigstore.bundle+json;version=0.3'),
    ),
    GOOD,
  ],
  [
    '08c v0.4',
    changed((bundle) => (bundle.mediaType = 'application/vnd.dev.sigstore.bundle.v0.4+json')),
    'CONTENT_INVALID',
    'v0.4',
  ],
  [
    '09 two signatures',
    changed((bundle) => bundle.dsseEnvelope?.signatures.push({ sig: 'AAAA' })),
    'CONTENT_INVALID',
  ],
  [
    '09b no signature',
    changed((bundle) => bundle.dsseEnvelope?.signatures.pop()),
    'CONTENT_INVALID',
  ],
  [
    '10 a signature over the manifest as a file',
    (digest) => ({
      mediaType: signedAs({}).mediaType,
      verificationMaterial: { publicKey: { hint: 'x' } },
      messageSignature: {
        messageDigest: {
          algorithm: 'SHA2_256',
          digest: Buffer.from(digest.slice(7), 'hex').toString('base64'),
        },
        signature: signRaw(trusted, toBytes('x')),
      },
    }),
    'SIGNATURE_MISMATCH',
    'over a file',
  ],
  // cosign 3: 0. Whoever may attest could sign otherwise.
  [
    '11 an SBOM attestation',
    about(() => ({ predicateType: 'https://spdx.dev/Document' })),
    'SIGNATURE_MISMATCH',
    'attestation',
  ],
  [
    'no predicateType',
    about(() => ({ predicateType: undefined })),
    'SIGNATURE_MISMATCH',
    'attestation',
  ],
  [
    '14 keyid, as sigstore-js writes it',
    changed((bundle) => Object.assign(bundle.dsseEnvelope?.signatures[0] ?? {}, { keyid: 'x' })),
    GOOD,
  ],
  ['15 an unknown field beside', changed((bundle) => (bundle['extra'] = 1)), GOOD],
  ['16 statement v0.1', about(() => ({ _type: 'https://in-toto.io/Statement/v0.1' })), GOOD],
  [
    'another _type',
    about(() => ({ _type: 'https://example.com/Statement' })),
    'SIGNATURE_MISMATCH',
    'in-toto',
  ],
  [
    '17 the second subject is ours',
    about((digest) => ({
      subject: [{ digest: { sha256: '0'.repeat(64) } }, { digest: { sha256: digest.slice(7) } }],
    })),
    GOOD,
  ],
  ['18 no predicate', about(() => ({ predicate: undefined })), GOOD],
  [
    '19 an empty list of log entries',
    changed((bundle) => (bundle.verificationMaterial['tlogEntries'] = [])),
    GOOD,
  ],
  [
    '20 certificate instead of key',
    changed((bundle) => (bundle.verificationMaterial = { certificate: { rawBytes: 'AAAA' } })),
    'SIGNATURE_MISMATCH',
    'certificate',
  ],
  [
    '22 raw r||s',
    (digest) => {
      const statement = toBytes(statementFor(digest));
      const key = { key: trusted.key, dsaEncoding: 'ieee-p1363' } as const;
      return bundleFor({
        statement,
        sig: sign('sha256', preAuth(statement), key).toString('base64'),
      });
    },
    GOOD,
  ],
  [
    '23 signed without PAE',
    (digest) => {
      const statement = toBytes(statementFor(digest));
      return bundleFor({ statement, sig: signRaw(trusted, statement) });
    },
    'SIGNATURE_MISMATCH',
    'no trusted key',
  ],
  [
    '25 another key',
    (digest) => signedBundle(other, statementFor(digest)),
    'SIGNATURE_MISMATCH',
    'no trusted key',
  ],
  ['27 garbage', () => 'garbage', 'CONTENT_INVALID'],
  ['JSON null', () => 'null', 'CONTENT_INVALID'],
  ['an empty bundle', () => '', 'CONTENT_INVALID'],
  [
    '30 sha512 only',
    about((digest) => ({ subject: [{ digest: { sha512: digest.slice(7) } }] })),
    'SIGNATURE_MISMATCH',
    'another digest',
  ],
  [
    '31 digest in upper case',
    about((digest) => ({ subject: [{ digest: { sha256: digest.slice(7).toUpperCase() } }] })),
    'SIGNATURE_MISMATCH',
    'another digest',
  ],
  ['no subjects', about(() => ({ subject: [] })), 'SIGNATURE_MISMATCH', 'another digest'],
  [
    'subjects that are none',
    about(() => ({ subject: [null, 1, 'x'] })),
    'SIGNATURE_MISMATCH',
    'another digest',
  ],
  ['33 snake_case fields', () => ({ media_type: 'x', dsse_envelope: {} }), 'CONTENT_INVALID'],
  ['34 an unknown field in the statement', about(() => ({ extra: 1 })), GOOD],
  [
    '35 an empty certificate chain',
    changed(
      (bundle) => (bundle.verificationMaterial = { x509CertificateChain: { certificates: [] } }),
    ),
    'CONTENT_INVALID',
  ],
];

describe('bundles, tampered with', () => {
  for (const [what, make, expected, said = ''] of ROWS)
    it(what, async () => {
      const place = await storeWithSubject();
      await pushBundle(place, make(place.subject.descriptor.digest));
      const verify = () => verifyWith([trusted], place);
      if (expected === GOOD) {
        const { trust } = await verify();
        expect(trust).toMatchObject({ signers: [{ keyId: trusted.publicKey.keyId }] });
        return;
      }
      const error = await expectError(verify, expected);
      expect(error.message).toContain(said);
      expect(error.message).toContain('referrer sha256:');
    });
});
