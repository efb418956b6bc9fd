import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { digestOf } from '../../src/reference/digest.ts';
import { toPublicKey } from '../../src/signing/public-key.ts';
import { exactly } from '../../src/signing/text-demand.ts';
import { makeKeys, toPem, type KeyPair } from '../support/local-sigstore/certificate.ts';
import { expectError } from '../support/expect-error.ts';
import { ISSUER, makeBundle, makeRoot, SUBJECT, trusting } from './keyless.ts';
import { verifyBundle } from './verify-bundle.ts';

const file = Buffer.from('a plugin\n');
const mine = makeKeys();
const other = makeKeys();

interface BlobBundle {
  base64Signature: string;
  cert?: string;
  rekorBundle?: {
    SignedEntryTimestamp: string;
    Payload: { body: string; integratedTime: number; logIndex: number; logID: string };
  } | null;
  [stray: string]: unknown;
}

/** The signature of a new bundle in the form of cosign 2: its field names are LocalSignedPayload's. */
function blobBundle(key?: KeyPair): BlobBundle {
  const { verificationMaterial, messageSignature } = JSON.parse(
    makeBundle({ file, ...(key ? { key } : {}) }).toString(),
  ) as {
    verificationMaterial: {
      certificate?: { rawBytes: string };
      tlogEntries: [
        {
          logIndex: string;
          logId: { keyId: string };
          integratedTime: string;
          inclusionPromise: { signedEntryTimestamp: string };
          canonicalizedBody: string;
        },
      ];
    };
    messageSignature: { signature: string };
  };
  const { certificate, tlogEntries } = verificationMaterial;
  const [entry] = tlogEntries;
  const pem = certificate ? toPem(Buffer.from(certificate.rawBytes, 'base64')) : pemOf(key ?? mine);
  return {
    base64Signature: messageSignature.signature,
    cert: Buffer.from(pem).toString('base64'),
    rekorBundle: {
      SignedEntryTimestamp: entry.inclusionPromise.signedEntryTimestamp,
      Payload: {
        body: entry.canonicalizedBody,
        integratedTime: Number(entry.integratedTime),
        logIndex: Number(entry.logIndex),
        logID: Buffer.from(entry.logId.keyId, 'base64').toString('hex'),
      },
    },
  };
}

function pemOf({ publicKey }: KeyPair): string {
  return publicKey.export({ type: 'spki', format: 'pem' }).toString();
}

const byKey = (pair: KeyPair, log?: 'required') => ({
  demands: [
    {
      signers: [{ kind: 'key', key: toPublicKey(pair.publicKey) } as const],
      threshold: 1,
      ...(log ? { log } : {}),
    },
  ],
  trustedRoot: JSON.stringify(makeRoot()),
});

const verify = (bundle: unknown, policy = trusting(), bytes = file) =>
  verifyBundle(
    {
      name: 'plugin.tar.gz',
      file: bytes,
      bundle: Buffer.from(typeof bundle === 'string' ? bundle : JSON.stringify(bundle)),
    },
    policy,
  );

describe('the bundle of cosign 2 beside a file', () => {
  it('by a certificate names whom it names', async () => {
    const { digest, signers } = await verify(blobBundle());
    expect(digest).toBe(digestOf(file));
    expect(signers).toMatchObject([
      {
        kind: 'certificate',
        subject: SUBJECT,
        issuer: ISSUER,
        formats: ['legacy'],
        log: 'verified',
      },
    ]);
  });

  it('by a key, logged or not, with the key or without', async () => {
    const bundle = blobBundle(mine);
    const { signers } = await verify(bundle, byKey(mine, 'required'));
    expect(signers).toMatchObject([{ kind: 'key', log: 'verified' }]);
    const { base64Signature, cert } = bundle;
    await verify({ base64Signature }, byKey(mine));
    await verify({ base64Signature, cert }, byKey(mine));
    await verify({ base64Signature, rekorBundle: null }, byKey(mine));
    await expectError(
      () => verify({ base64Signature, cert }, byKey(mine, 'required')),
      'SIGNATURE_MISMATCH',
    );
  });

  it('is refused for another file, key or identity', async () => {
    const bundle = blobBundle(mine);
    const changed = Buffer.from('another\n');
    await expectError(() => verify(bundle, byKey(mine), changed), 'SIGNATURE_MISMATCH');
    await expectError(() => verify(bundle, byKey(other)), 'SIGNATURE_MISMATCH');
    await expectError(() => verify(bundle), 'CERTIFICATE_MISMATCH');
    await expectError(() => verify(blobBundle(), byKey(mine)), 'SIGNATURE_MISMATCH');
    const identity = exactly(`${SUBJECT}x`, 'id');
    await expectError(() => verify(blobBundle(), trusting({ identity })), 'CERTIFICATE_MISMATCH');
  });

  const logged =
    (change: (entry: NonNullable<BlobBundle['rekorBundle']>) => void) =>
    (bundle: BlobBundle): void => {
      if (bundle.rekorBundle) change(bundle.rekorBundle);
    };
  const flip = (base64: string): string => {
    const bytes = Buffer.from(base64, 'base64');
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
    return bytes.toString('base64');
  };

  it.each<[string, (bundle: BlobBundle) => unknown]>([
    ['the signature', (one) => (one.base64Signature = flip(one.base64Signature))],
    ['the key beside it', (one) => (one.cert = Buffer.from(pemOf(other)).toString('base64'))],
    ['the promise', logged((e) => (e.SignedEntryTimestamp = flip(e.SignedEntryTimestamp)))],
    ['the body', logged(({ Payload }) => (Payload.body = foreignBody()))],
    ['the time', logged(({ Payload }) => (Payload.integratedTime += 1))],
    ['the index', logged(({ Payload }) => (Payload.logIndex += 1))],
  ])('is refused with another value of %s', async (_what, change) => {
    const [keyed, keyless] = [blobBundle(mine), blobBundle()];
    for (const bundle of [keyed, keyless]) change(bundle);
    await expectError(() => verify(keyed, byKey(mine)), 'SIGNATURE_MISMATCH');
    const error = await verify(keyless).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ category: 'trust' });
  });

  it('of a log that nobody knows says nothing: a key needs none, a certificate does', async () => {
    const change = logged(({ Payload }) => (Payload.logID = 'ab'.repeat(32)));
    const [keyed, keyless] = [blobBundle(mine), blobBundle()];
    for (const bundle of [keyed, keyless]) change(bundle);
    const { signers } = await verify(keyed, byKey(mine));
    expect(signers).toMatchObject([{ log: 'not checked' }]);
    await expectError(() => verify(keyless), 'SIGNATURE_MISMATCH');
  });

  it.each<[string, (bundle: BlobBundle) => unknown]>([
    ['another key', (one) => (one['x'] = 1)],
    ['another key in the entry', (one) => Object.assign(one.rekorBundle ?? {}, { x: 1 })],
    ['another case', (one) => (one['Base64Signature'] = one.base64Signature)],
    ['no signature', (one) => (one.base64Signature = '')],
    ['a signature of another type', (one) => (one.base64Signature = 1 as never)],
    ['a second spelling of the signature', (one) => (one.base64Signature += '\n')],
    ['URL base64', (one) => (one.base64Signature = one.base64Signature.replace(/.$/, '_'))],
    ['a certificate that is none', (one) => (one.cert = 'AAAA')],
    [
      'a text before the PEM',
      (one) => (one.cert = Buffer.from(`x${pemOf(mine)}`).toString('base64')),
    ],
    ['two keys', (one) => (one.cert = Buffer.from(pemOf(mine) + pemOf(other)).toString('base64'))],
    ['a private key', (one) => (one.cert = Buffer.from(privatePem()).toString('base64'))],
    ['an entry of another type', (one) => (one.rekorBundle = 'x' as never)],
    ['an entry in a list', (one) => (one.rekorBundle = [one.rekorBundle] as never)],
    ['no body', logged(({ Payload }) => (Payload.body = ''))],
    ['a body that is no JSON', logged(({ Payload }) => (Payload.body = 'AAAA'))],
    ['half a second', logged(({ Payload }) => (Payload.integratedTime += 0.5))],
    ['a negative index', logged(({ Payload }) => (Payload.logIndex = -1))],
    ['an ID in upper case', logged(({ Payload }) => (Payload.logID = Payload.logID.toUpperCase()))],
    ['no promise', logged((entry) => (entry.SignedEntryTimestamp = ''))],
  ])('is no bundle with %s', async (_what, change) => {
    const bundle = blobBundle(mine);
    change(bundle);
    await expectError(() => verify(bundle, byKey(mine)), 'CONTENT_INVALID');
  });

  it('is no bundle where a key stands twice, or anything follows', async () => {
    const text = JSON.stringify(blobBundle(mine));
    const { base64Signature } = blobBundle(other);
    for (const changed of [
      text.replace('{', `{"base64Signature":"${base64Signature}",`),
      `${text}{}`,
      text.replace('"base64Signature"', '"BASE64SIGNATURE"'),
    ])
      await expectError(() => verify(changed, byKey(mine)), 'CONTENT_INVALID');
  });

  function foreignBody(): string {
    const { rekorBundle } = blobBundle(other);
    return rekorBundle?.Payload.body ?? '';
  }

  function privatePem(): string {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  }
});
