import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../src/content/memory-store.ts';
import { expectError } from '../support/expect-error.ts';
import {
  createUnsignedVerifier,
  makeKey,
  pushBundle,
  pushLegacy,
  signedBundle,
  signWith,
  statementFor,
  storeWithSubject,
  toBytes,
} from './support.ts';

const alice = await makeKey();
const NAMED = { 'dev.kongcrate.plugin.name': 'my-plugin' };

describe('a verifier that allows what is unsigned', () => {
  const verify = ({ store, subject }: Awaited<ReturnType<typeof storeWithSubject>>) =>
    createUnsignedVerifier({ expectedName: 'my-plugin' }).verify(subject, store);

  it('lets through what has no signature at all, and says so', async () => {
    const place = await storeWithSubject(NAMED);
    const verified = await verify(place);
    expect(verified.trust).toEqual({ kind: 'unsigned' });
    const store = new MemoryStore(verified.evidence);
    expect((await verify({ ...place, store })).manifestDigest).toBe(verified.manifestDigest);
  });

  it.each(['legacy', 'bundle'] as const)('never overrides a %s signature', async (format) => {
    const place = await storeWithSubject(NAMED);
    await signWith(alice, place, { format });
    const error = await expectError(() => verify(place), 'SIGNATURE_MISMATCH');
    expect(error.message).toContain('--allow-unsigned never overrides');
  });

  it('never overrides a damaged one, nor an attestation', async () => {
    const damaged = await storeWithSubject(NAMED);
    await pushLegacy(damaged, [{ payload: toBytes('x') }]);
    await expectError(() => verify(damaged), 'SIGNATURE_MISMATCH');
    const attested = await storeWithSubject(NAMED);
    const { digest } = attested.subject.descriptor;
    await pushBundle(attested, signedBundle(alice, statementFor(digest, { predicateType: 'x' })));
    await expectError(() => verify(attested), 'SIGNATURE_MISMATCH');
  });

  it('holds name and version against the reference all the same', async () => {
    const { store, subject } = await storeWithSubject({ 'dev.kongcrate.plugin.name': 'other' });
    await expectError(() => verify({ store, subject }), 'IDENTITY_MISMATCH');
  });
});
