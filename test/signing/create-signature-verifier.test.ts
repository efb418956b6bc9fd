import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../src/content/memory-store.ts';
import type { VerifiedSubject } from '../../src/content/verified-subject.ts';
import { expectError } from '../support/expect-error.ts';
import {
  createKeyVerifier,
  makeKey,
  payloadFor,
  preAuth,
  pushBundle,
  pushLegacy,
  bundleFor,
  REPOSITORY,
  signRaw,
  signWith,
  statementFor,
  storeWithSubject,
  toBytes,
  verifyWith,
} from './support.ts';

const alice = await makeKey();
const bob = await makeKey();
const NAMED = {
  'dev.kongcrate.plugin.name': 'my-plugin',
  'dev.kongcrate.plugin.version': '1.2.3',
};

function signersOf({ trust }: VerifiedSubject): readonly object[] {
  return trust.kind === 'signed' ? trust.signers : [];
}

describe('the verifier: who signed', () => {
  it('says who, in which formats, and what else was signed', async () => {
    const place = await storeWithSubject();
    await signWith(alice, place, {
      annotations: { version: '1' },
      bundleAnnotations: { 'dev.kongcrate.repository': REPOSITORY },
    });
    const subject = await verifyWith([bob, alice], place);
    expect(signersOf(subject)).toEqual([
      {
        kind: 'key',
        keyId: alice.publicKey.keyId,
        publicKey: alice.publicKey.pem,
        formats: ['legacy', 'bundle'],
        signedReference: REPOSITORY,
        annotations: { version: '1', 'dev.kongcrate.repository': REPOSITORY },
        times: [],
      },
    ]);
    expect(subject.manifestDigest).toBe(place.subject.descriptor.digest);
    expect(subject.reference).toBe(place.subject);
  });

  it('unsigned is 10, signed by another key is 12', async () => {
    const place = await storeWithSubject();
    const error = await expectError(() => verifyWith([alice], place), 'NO_SIGNATURE');
    expect(error.message).toContain(`${REPOSITORY}@${place.subject.descriptor.digest}`);
    await signWith(bob, place);
    const refusal = await expectError(() => verifyWith([alice], place), 'SIGNATURE_MISMATCH');
    expect(refusal.message).toContain('0 of 1 required signers');
    expect(refusal.details['rejected']).toHaveLength(2);
  });

  it.each(['legacy', 'bundle'] as const)('%s alone is enough', async (format) => {
    const place = await storeWithSubject();
    await signWith(alice, place, { format });
    expect(signersOf(await verifyWith([alice], place))).toMatchObject([{ formats: [format] }]);
  });

  it('a subject that is not there is 11', async () => {
    const { subject } = await storeWithSubject();
    await expectError(
      () => verifyWith([alice], { store: new MemoryStore(), subject }),
      'NOT_FOUND',
    );
  });

  it.each([
    ['P-384', 'secp384r1', ['sha256', 'sha384'], 'sha512'],
    ['P-521', 'secp521r1', ['sha256', 'sha512'], 'sha384'],
    ['P-256', 'prime256v1', ['sha256'], 'sha384'],
  ])('%s: the hashes of both cosigns, no other', async (_what, namedCurve, hashes, wrong) => {
    const key = await makeKey(() => generateKeyPairSync('ec', { namedCurve }));
    for (const hash of [...hashes, wrong]) {
      const place = await storeWithSubject();
      const { digest } = place.subject.descriptor;
      const payload = toBytes(payloadFor(digest));
      await pushLegacy(place, [{ payload, signature: signRaw(key, payload, hash) }]);
      const statement = toBytes(statementFor(digest));
      const sig = signRaw(key, preAuth(statement), hash);
      await pushBundle(place, bundleFor({ statement, sig }));
      if (hash === wrong) await expectError(() => verifyWith([key], place), 'SIGNATURE_MISMATCH');
      else
        expect(signersOf(await verifyWith([key], place))).toMatchObject([
          { formats: ['legacy', 'bundle'] },
        ]);
    }
  });

  it.each([
    ['RSA', () => generateKeyPairSync('rsa', { modulusLength: 2048 })],
    ['Ed25519', () => generateKeyPairSync('ed25519')],
    ['P-384', () => generateKeyPairSync('ec', { namedCurve: 'secp384r1' })],
    ['P-521', () => generateKeyPairSync('ec', { namedCurve: 'secp521r1' })],
  ])('verifies what it signs with %s', async (_what, make) => {
    const key = await makeKey(make);
    const place = await storeWithSubject();
    await signWith(key, place);
    expect(signersOf(await verifyWith([key], place))).toMatchObject([
      { formats: ['legacy', 'bundle'] },
    ]);
    await expectError(() => verifyWith([alice], place), 'SIGNATURE_MISMATCH');
  });
});

describe('the verifier: how many', () => {
  it('counts one key once, in however many formats and signatures', async () => {
    const place = await storeWithSubject();
    await signWith(alice, place);
    await signWith(alice, place, { annotations: { again: 'yes' } });
    const two = { threshold: 2 };
    const error = await expectError(
      () => verifyWith([alice, bob], place, two),
      'SIGNATURE_MISMATCH',
    );
    expect(error.message).toContain('1 of 2 required signers');
    await signWith(bob, place, { format: 'legacy' });
    expect(signersOf(await verifyWith([alice, bob], place, two))).toHaveLength(2);
  });

  it.each([0, -1, 1.5, Number.NaN, 3])(
    'threshold %s for two keys is a usage error',
    async (threshold) => {
      const keys = [alice.publicKey, bob.publicKey];
      await expectError(() => createKeyVerifier({ keys, threshold }), 'USAGE');
    },
  );

  it('the same key twice is one key', async () => {
    const keys = [alice.publicKey, alice.publicKey];
    await expectError(() => createKeyVerifier({ keys, threshold: 2 }), 'USAGE');
  });

  it('no keys, or no room for signatures, is no policy', async () => {
    await expectError(() => createKeyVerifier({ keys: [], threshold: 1 }), 'TRUST_MISSING');
    await expectError(() => createKeyVerifier({ keys: [], threshold: 0 }), 'TRUST_MISSING');
    for (const maxBundles of [0, -1, Number.NaN])
      await expectError(
        () => createKeyVerifier({ keys: [alice.publicKey], threshold: 1, maxBundles }),
        'USAGE',
      );
  });

  it('a signature without the demanded annotations does not count', async () => {
    const place = await storeWithSubject();
    await signWith(alice, place, { annotations: { stage: 'test' } });
    const annotations = { stage: 'prod' };
    const error = await expectError(
      () => verifyWith([alice], place, { annotations }),
      'SIGNATURE_MISMATCH',
    );
    expect(error.message).toContain('"test", not "prod"');
    await signWith(alice, place, { annotations });
    await verifyWith([alice], place, { annotations });
  });
});

describe('the verifier: what was signed', () => {
  it('another plugin by the same key is 12', async () => {
    const place = await storeWithSubject(NAMED);
    await signWith(alice, place);
    await verifyWith([alice], place, { expectedName: 'my-plugin' });
    const error = await expectError(
      () => verifyWith([alice], place, { expectedName: 'other' }),
      'IDENTITY_MISMATCH',
    );
    expect(error.exitCode).toBe(12);
    expect(error.message).toContain('"my-plugin", not "other"');
  });

  it.each([
    ['1.2.3', true],
    ['v1.2.3', true],
    ['latest', true],
    ['1.2', true],
    ['1.2.4', false],
    ['v1.2.2', false],
  ])('version 1.2.3 under the tag %s: %s', async (tag, fits) => {
    const place = await storeWithSubject(NAMED);
    await signWith(alice, place);
    const tagged = { store: place.store, subject: { ...place.subject, tag } };
    if (fits) await verifyWith([alice], tagged);
    else await expectError(() => verifyWith([alice], tagged), 'IDENTITY_MISMATCH');
  });

  it('artifacts that say neither name nor version pass', async () => {
    const place = await storeWithSubject();
    await signWith(alice, place);
    const subject = { ...place.subject, tag: '9.9.9' };
    await verifyWith([alice], { store: place.store, subject }, { expectedName: 'x' });
  });

  it('an unsigned mismatch is judged as unsigned: the signature comes first', async () => {
    const place = await storeWithSubject(NAMED);
    await expectError(() => verifyWith([alice], place, { expectedName: 'other' }), 'NO_SIGNATURE');
  });
});
