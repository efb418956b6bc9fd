import { describe, expect, it } from 'vitest';
import { sha256 } from '../support/local-sigstore/sha256.ts';
import { makeBundle, makeRoot, trusting, type BundleParts } from './keyless.ts';
import {
  file,
  statement,
  FILE,
  V1,
  verify,
  refusal,
  entry,
  stranger,
  strangerPem,
  OTHER,
  byKey,
  otherCertificate,
} from './bundle-samples.ts';

describe('S4: log entries', () => {
  it.each([
    ['another certificate', otherCertificate()],
    ['another key', strangerPem],
  ])('made with %s, CVE-2026-22703', async (_what, entryKey) => {
    for (const proofs of [V1, ['rekor2', 'stamp'] as const])
      expect(await refusal({ ...FILE, proofs, entryKey }, 'SIGNATURE_MISMATCH')).toContain(OTHER);
    expect(await refusal({ statement, entryKey }, 'SIGNATURE_MISMATCH')).toContain(OTHER);
  });

  it.each([
    ['file', V1],
    ['statement', V1],
    ['file', ['rekor2', 'stamp']],
    ['statement', ['rekor2', 'stamp']],
  ] as const)('about other content than the %s, %j', async (content, proofs) => {
    const spec = { proofs, ...(content === 'file' ? { file } : { statement }) };
    const message = await refusal(
      { ...spec, loggedContent: Buffer.from('other') },
      'SIGNATURE_MISMATCH',
    );
    expect(message).toMatch(/digest|hash/);
    await verify({ ...spec, loggedContent: undefined });
  });

  it('of another signature by the same key over the same file', async () => {
    const spec = { ...FILE, key: stranger };
    const other = JSON.parse(makeBundle(spec).toString()) as BundleParts;
    const change = (parts: BundleParts): void => {
      parts.verificationMaterial.tlogEntries = other.verificationMaterial.tlogEntries;
    };
    const message = await refusal({ ...spec, change }, 'SIGNATURE_MISMATCH', byKey());
    expect(message).toContain('signature');
    await verify(spec, byKey());
  });

  it('of another signature', async () => {
    const other = JSON.parse(makeBundle(FILE).toString()) as BundleParts;
    const change = (parts: BundleParts): void => {
      parts.verificationMaterial.tlogEntries = other.verificationMaterial.tlogEntries;
    };
    await refusal({ ...FILE, change }, 'SIGNATURE_MISMATCH');
  });

  it.each([
    ['promised for another second', entry((one) => (one['integratedTime'] = '1768471261'))],
    ['promised for another place', entry((one) => (one['logIndex'] = '999'))],
    ['of a kind nobody knows', entry((one) => (one['kindVersion'] = { kind: 'x', version: '1' }))],
    ['with garbage inside', entry((one) => (one['canonicalizedBody'] = 'AAAA'))],
    [
      'twice',
      ({ verificationMaterial: { tlogEntries } }: BundleParts) => {
        tlogEntries.push({ ...tlogEntries[0] });
      },
    ],
  ])('%s: refused', async (_what, change) => {
    await refusal({ ...FILE, change }, 'SIGNATURE_MISMATCH');
  });

  it('a hundred of them are not looked at', async () => {
    const change = ({ verificationMaterial: { tlogEntries } }: BundleParts): void => {
      for (let count = 0; count < 100; count++) tlogEntries.push({ ...tlogEntries[0] });
    };
    const message = await refusal({ ...FILE, change }, 'SIGNATURE_MISMATCH');
    expect(message).toContain('101 log entries and timestamps');
  });

  it('a time that the log did not sign says nothing', async () => {
    const change = entry((one) => (one['integratedTime'] = '1768471260'));
    const message = await refusal({ ...FILE, proofs: ['proof'], change }, 'SIGNATURE_MISMATCH');
    expect(message).toContain('when');
    await verify({ ...FILE, proofs: ['proof', 'stamp'], change });
  });

  const foreign = entry((one) => (one['logId'] = { keyId: sha256().toString('base64') }));

  it('of a log that the root does not know count for nothing', async () => {
    const change = foreign;
    const proofs = ['promise', 'proof', 'stamp'] as const;
    const message = await refusal({ ...FILE, proofs, change }, 'SIGNATURE_MISMATCH');
    expect(message).toContain('the trusted root does not know');
    const { signers } = await verify({ ...FILE, proofs, change }, trusting({ log: 'waived' }));
    expect(signers).toMatchObject([{ log: 'not checked' }]);
  });

  it('of a log whose key did not hold then', async () => {
    const root = makeRoot();
    const [log] = root['tlogs'] as { publicKey: { validFor: object } }[];
    const proofs = ['rekor2', 'stamp'] as const;
    for (const validFor of [
      { start: '2026-01-15T10:01:01Z' },
      { start: '2026-01-01T00:00:00Z', end: '2026-01-15T10:00:59Z' },
    ]) {
      if (log) log.publicKey.validFor = validFor;
      await refusal(FILE, 'SIGNATURE_MISMATCH', trusting({}, root));
      await refusal({ ...FILE, proofs }, 'SIGNATURE_MISMATCH', trusting({}, root));
    }
  });

  it.each([
    [undefined, V1, true],
    [undefined, ['stamp'], false],
    ['required', V1, true],
    ['required', ['stamp'], false],
    ['optional', V1, true],
    ['optional', ['stamp'], true],
    ['waived', ['stamp'], true],
    ['waived', ['rekor2', 'stamp'], true],
    ['waived', V1, false],
  ] as const)('log %s with %j: %s', async (log, proofs, isEnough) => {
    const policy = trusting(log === undefined ? {} : { log });
    if (isEnough) await verify({ ...FILE, proofs }, policy);
    else await refusal({ ...FILE, proofs }, 'SIGNATURE_MISMATCH', policy);
  });

  it('a known log that lies refuses even where no log is needed', async () => {
    const change = entry((one) => (one['logIndex'] = '999'));
    const spec = { ...FILE, proofs: ['promise', 'proof', 'stamp'], change } as const;
    await refusal(spec, 'SIGNATURE_MISMATCH', trusting({ log: 'waived' }));
  });
});
