import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../src/content/memory-store.ts';
import type { ErrorCode } from '../../src/errors/catalogue.ts';
import { signatureTagOf } from '../../src/reference/digest.ts';
import { createSignatureVerifier } from '../../src/signing/create-signature-verifier.ts';
import { readPublicKey } from '../../src/signing/public-key.ts';
import { matching } from '../../src/signing/text-demand.ts';
import { verifyBundle } from '../signing/verify-bundle.ts';
import { expectError } from '../support/expect-error.ts';
import { makeBundle, trusting, type BundleParts, type KeylessSpec } from '../signing/keyless.ts';
import {
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
} from '../signing/support.ts';
import { other, signed, trusted, ZEROS, type Place } from './tamper/tamper-case.ts';

type Layers = (digest: string) => Parameters<typeof pushLegacy>[1];

async function placeWith(layers: Layers): Promise<Place> {
  const place = await storeWithSubject();
  await pushLegacy(place, layers(place.subject.descriptor.digest));
  return place;
}

/** Each trap beside its honest twin: the same, but for the trap. */
const judges = async (layers: Layers, says?: string): Promise<void> => {
  const place = await placeWith(layers);
  if (says === undefined) {
    await verifyWith([trusted], place);
    return;
  }
  const error = await expectError(() => verifyWith([trusted], place), 'SIGNATURE_MISMATCH');
  expect(error.message).toContain(says);
};

describe('S2: a signature of something else', () => {
  it.each<[string, Layers, string?]>([
    ['of this digest', (digest) => [signed(payloadFor(digest))]],
    ['of another digest', () => [signed(payloadFor(ZEROS))], 'another digest'],
    [
      'of this digest in upper case',
      (digest) => [signed(payloadFor(digest.replace(/[a-f]/g, (hex) => hex.toUpperCase())))],
      'another digest',
    ],
    [
      'of this digest without its algorithm',
      (digest) => [signed(payloadFor(digest.slice(7)))],
      'another digest',
    ],
    [
      'of no digest',
      () => [signed({ ...payloadFor(''), critical: { type: 'cosign container image signature' } })],
      'another digest',
    ],
  ])('%s', async (_what, layers, says) => {
    await judges(layers, says);
  });

  it('copied from another artifact with its .sig tag', async () => {
    const theirs = await storeWithSubject({ other: 'yes' });
    const mine = await storeWithSubject();
    await signWith(trusted, theirs, { format: 'legacy' });
    const stolen = await theirs.store.resolve(signatureTagOf(theirs.subject.descriptor.digest));
    const blobs = new Map([...theirs.store.snapshot().blobs, ...mine.store.snapshot().blobs]);
    const tags = { [signatureTagOf(mine.subject.descriptor.digest)]: stolen };
    const store = new MemoryStore({ tags, referrers: [], blobs });
    const error = await expectError(
      () => verifyWith([trusted], { ...mine, store }),
      'SIGNATURE_MISMATCH',
    );
    expect(error.message).toContain('it signs another digest');
    await verifyWith([trusted], theirs);
  });
});

describe('S3: a payload that is equal as JSON', () => {
  it.each<[string, Layers, string?]>([
    ['signed as it is', (digest) => [signed(payloadFor(digest))]],
    [
      'written differently after it was signed',
      (digest) => [
        {
          ...signed(payloadFor(digest)),
          payload: toBytes(JSON.stringify(payloadFor(digest), null, 1)),
        },
      ],
      'no trusted key',
    ],
    [
      'with a key twice after it was signed',
      (digest) => [
        {
          ...signed(payloadFor(digest)),
          payload: toBytes(`{"optional":null,${JSON.stringify(payloadFor(digest)).slice(1)}`),
        },
      ],
      'no trusted key',
    ],
  ])('%s', async (_what, layers, says) => {
    await judges(layers, says);
  });
});

describe('S5: a payload or bundle that is none, signed or not', () => {
  const bytes =
    (content: Buffer): Layers =>
    () => [{ payload: content, signature: signRaw(trusted, content) }];
  it.each<[string, Layers, string?]>([
    ['JSON of cosign', (digest) => [signed(payloadFor(digest))]],
    ['empty', bytes(Buffer.alloc(0)), 'no JSON'],
    ['null', bytes(Buffer.from('null')), 'type'],
    ['a list', bytes(Buffer.from('[]')), 'type'],
    ['not UTF-8', bytes(Buffer.from([0xff])), 'JSON'],
    [
      'with an empty signature',
      (digest) => [{ ...signed(payloadFor(digest)), signature: '' }],
      'missing',
    ],
    [
      'with {} for a log entry',
      (digest) => [
        { ...signed(payloadFor(digest)), annotations: { 'dev.sigstore.cosign/bundle': '{}' } },
      ],
      'cannot be read',
    ],
    [
      'with {} for a timestamp',
      (digest) => [
        {
          ...signed(payloadFor(digest)),
          annotations: { 'dev.sigstore.cosign/rfc3161timestamp': '{}' },
        },
      ],
      'cannot be read',
    ],
  ])('payload: %s', async (_what, layers, says) => {
    await judges(layers, says);
  });

  it.each<[string, (digest: string) => unknown, ErrorCode | undefined]>([
    ['of cosign', (digest) => signedBundle(trusted, statementFor(digest)), undefined],
    ['null', () => 'null', 'CONTENT_INVALID'],
    ['empty', () => '', 'CONTENT_INVALID'],
    ['[]', () => '[]', 'CONTENT_INVALID'],
    [
      'without subjects',
      (digest) => signedBundle(trusted, statementFor(digest, { subject: [] })),
      'SIGNATURE_MISMATCH',
    ],
    [
      'with subjects that are none',
      (digest) => signedBundle(trusted, statementFor(digest, { subject: [null, 1, 'x'] })),
      'SIGNATURE_MISMATCH',
    ],
    [
      'with a subject that is no list',
      (digest) => signedBundle(trusted, statementFor(digest, { subject: 'x' })),
      'SIGNATURE_MISMATCH',
    ],
    [
      'with a statement that is a text',
      () => signedBundle(trusted, 'x' as unknown as object),
      'SIGNATURE_MISMATCH',
    ],
  ])('bundle: %s', async (_what, make, code) => {
    const place = await storeWithSubject();
    await pushBundle(place, make(place.subject.descriptor.digest));
    const verify = () => verifyWith([trusted], place);
    if (code) await expectError(verify, code);
    else await verify();
  });

  it('a bundle of more than 1 MiB is not read', async () => {
    const place = await storeWithSubject();
    const bundle = signedBundle(trusted, statementFor(place.subject.descriptor.digest));
    await pushBundle(place, { ...bundle, padding: 'x'.repeat(1024 * 1024) });
    await expectError(() => verifyWith([trusted], place), 'CONTENT_TOO_LARGE');
  });
});

describe('S8: what is there twice counts once', () => {
  it('a key that signed twice, or in two formats, is one signer of two', async () => {
    const place = await storeWithSubject();
    const { digest } = place.subject.descriptor;
    await pushLegacy(place, [
      signed(payloadFor(digest)),
      signed(payloadFor(digest, { identity: {} })),
    ]);
    await pushBundle(place, signedBundle(trusted, statementFor(digest)));
    const verify = () => verifyWith([trusted, other], place, { threshold: 2 });
    const error = await expectError(verify, 'SIGNATURE_MISMATCH');
    expect(error.message).toContain('1 of 2 required signers');
    await pushBundle(place, signedBundle(other, statementFor(digest)));
    await verify();
  });

  it('an identity that signed twice is one signer of two', async () => {
    const place = await storeWithSubject();
    const statement = statementFor(place.subject.descriptor.digest);
    for (let count = 0; count < 2; count++)
      await pushBundle(place, makeBundle({ statement }).toString());
    const identity = await matching('.*', 'identity');
    const verify = (threshold: number) => {
      const policy = trusting({ identity, threshold });
      return createSignatureVerifier(policy).verify(place.subject, place.store);
    };
    await verify(1);
    const error = await expectError(() => verify(2), 'SIGNATURE_MISMATCH');
    expect(error.message).toContain('1 of 2 required signers');
  });

  const twice =
    (list: 'entries' | 'stamps') =>
    (parts: BundleParts): void => {
      const { tlogEntries, timestampVerificationData } = parts.verificationMaterial;
      if (list === 'entries') tlogEntries.push({ ...tlogEntries[0] });
      else
        timestampVerificationData.rfc3161Timestamps.push(
          ...timestampVerificationData.rfc3161Timestamps,
        );
    };
  it.each<[string, KeylessSpec['change'], boolean]>([
    ['one entry, one timestamp', undefined, true],
    ['the entry twice', twice('entries'), false],
    ['the timestamp twice', twice('stamps'), false],
  ])('%s', async (_what, change, holds) => {
    const file = toBytes('a plugin');
    const proofs = ['promise', 'proof', 'stamp'] as const;
    const bundle = makeBundle({ file, proofs, ...(change ? { change } : {}) });
    const verify = () => verifyBundle({ name: 'x', file, bundle }, trusting());
    if (holds) await verify();
    else await expectError(verify, 'SIGNATURE_MISMATCH');
  });
});

describe('S9: keys and signatures of the wrong kind', () => {
  it('DER garbage of every length is refused, never thrown', async () => {
    const lengths = [1, 2, 8, 63, 64, 65, 70, 71, 72, 96, 132, 256];
    const garbage = lengths.map((length) => Buffer.alloc(length, 0x30).toString('base64'));
    const place = await placeWith((digest) => {
      const payload = toBytes(payloadFor(digest));
      return garbage.map((signature) => ({ payload, signature }));
    });
    const rsa = await makeKey(() => generateKeyPairSync('rsa', { modulusLength: 2048 }));
    const ed25519 = await makeKey(() => generateKeyPairSync('ed25519'));
    const error = await expectError(
      () => verifyWith([trusted, rsa, ed25519], place),
      'SIGNATURE_MISMATCH',
    );
    expect(error.details['rejected']).toHaveLength(lengths.length);
  });

  it.each([
    ['RSA of 1024 bits', () => generateKeyPairSync('rsa', { modulusLength: 1024 }), false],
    ['RSA of 2048 bits', () => generateKeyPairSync('rsa', { modulusLength: 2048 }), true],
    ['secp256k1', () => generateKeyPairSync('ec', { namedCurve: 'secp256k1' }), false],
    ['P-256', () => generateKeyPairSync('ec', { namedCurve: 'prime256v1' }), true],
    ['X25519', () => generateKeyPairSync('x25519'), false],
    ['Ed25519', () => generateKeyPairSync('ed25519'), true],
  ] as const)('%s', async (_what, make, holds) => {
    const pem = make().publicKey.export({ type: 'spki', format: 'pem' }).toString();
    if (holds) readPublicKey(pem);
    else await expectError(() => readPublicKey(pem), 'KEY_INVALID');
  });
});
