import { expect, it } from 'vitest';
import { whomToTrust, type Recorded } from '../../../src/signing/decision/whom-to-trust.ts';
import type { KnownSigner } from '../../../src/signing/decision/recorded-demand.ts';
import { expectError } from '../../support/expect-error.ts';
import { acme, partner, RELEASE } from '../policy/support.ts';

const toSigner = ({ keyId, pem }: typeof acme): KnownSigner => ({
  ...{ kind: 'key', keyId, publicKey: pem },
});
const receipt = (...signers: readonly KnownSigner[]): Recorded => ({
  ...{ way: 'installed', name: 'my-plugin' },
  trust: { kind: 'signed', signers },
});
const both = receipt(toSigner(acme), toSigner(partner));

it('all signers of a receipt have to vouch again, and a threshold only raises that', () => {
  const demanded = (threshold?: number): unknown => {
    const demand = { signers: [], ...(threshold === undefined ? {} : { threshold }) };
    return whomToTrust({ demand }, both).demands[0]?.threshold;
  };
  expect([demanded(), demanded(1), demanded(2), demanded(3)]).toEqual([2, 2, 2, 3]);
});

it('an identity that was accepted by a timestamp alone needs no log the next time', () => {
  const { issuer, subject } = RELEASE;
  const demanded = (log: { log?: 'verified' }): unknown => {
    const recorded = receipt({ kind: 'certificate', issuer, subject, ...log });
    return whomToTrust({ demand: { signers: [] } }, recorded).demands[0]?.log;
  };
  expect(demanded({ log: 'verified' })).toBeUndefined();
  expect(demanded({})).toBe('optional');
});

it.each<[what: string, signer: KnownSigner[]]>([
  ['none', []],
  ['no key', [{ kind: 'key', keyId: acme.keyId, publicKey: 'x' }]],
  ['no name', [{ kind: 'certificate', issuer: RELEASE.issuer, subject: '' }]],
])('a receipt that has %s of a signer names nobody', async (_what, signers) => {
  const ask = (): unknown => whomToTrust({ demand: { signers: [] } }, receipt(...signers));
  const error = await expectError(ask, 'SIGNATURE_MISMATCH');
  expect(error.message).toContain('the receipt of my-plugin has no keys to judge it by');
});

it('a rollback to what nobody signed demands nothing of signatures', async () => {
  const unsigned: Recorded = { ...both, way: 'rollback', trust: { kind: 'unsigned' } };
  const ask = (demand: object): unknown =>
    whomToTrust({ demand: { signers: [], ...demand } }, unsigned);
  expect(ask({})).toEqual({ demands: [], allowsUnsigned: true });
  await expectError(() => ask({ threshold: 1 }), 'USAGE');
  await expectError(() => ask({ annotations: { env: 'prod' } }), 'USAGE');
});
