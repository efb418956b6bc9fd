import { beforeAll, expect, it } from 'vitest';
import { startDockerRegistry } from '../support/docker-registry.ts';
import { nameOfCell, type CosignCell } from '../support/local-sigstore/cosign-cell.ts';
import type { Faults } from '../support/local-sigstore/faults.ts';
import { signWithCosign, type CosignSigning } from '../support/local-sigstore/sign-with-cosign.ts';
import {
  startLocalSigstore,
  type LocalSigstore,
} from '../support/local-sigstore/start-local-sigstore.ts';
import { verifyWithCosign } from '../support/local-sigstore/verify-with-cosign.ts';
import { describeWithPeers } from '../support/peers.ts';
import type { RunResult } from '../support/run.ts';
import { pushUnsigned } from './support.ts';

const KEYLESS = { material: 'keyless', log: 'rekor1+tsa' } as const;
const LEGACY: CosignCell = { ...KEYLESS, cosign: 2, format: 'legacy' };
const BUNDLE: CosignCell = { ...KEYLESS, cosign: 3, format: 'bundle' };
const BUNDLE_V2: CosignCell = { ...BUNDLE, log: 'rekor2+tsa' };

type Row = readonly [faults: Faults, cell: CosignCell, reason: string];

/** What cosign does not sign with, however careless. */
const REFUSED: readonly Row[] = [
  [{ fulcio: 'refuses' }, LEGACY, 'this Fulcio issues nothing today'],
  [{ fulcio: 'refuses' }, BUNDLE, 'this Fulcio issues nothing today'],
  [{ fulcio: 'other key' }, BUNDLE, 'could not verify envelope'],
  [{ rekor: 'refuses' }, LEGACY, 'this Rekor logs nothing today'],
  [{ rekor: 'refuses' }, BUNDLE, 'this Rekor logs nothing today'],
  [{ rekor: 'refuses' }, BUNDLE_V2, 'this Rekor logs nothing today'],
  [{ timestampAuthority: 'refuses' }, LEGACY, 'timestamp authority failed with status code 403'],
  [{ timestampAuthority: 'refuses' }, BUNDLE, 'this authority stamps nothing today'],
];

/** What a careless cosign stores, and why it does not verify. */
const STORED: readonly Row[] = [
  [{ fulcio: 'other key' }, LEGACY, 'verifying signature: invalid signature'],
  [{ fulcio: 'other authority' }, LEGACY, 'certificate signed by unknown authority'],
  [{ fulcio: 'other authority' }, BUNDLE, 'leaf certificate verification failed'],
  [{ fulcio: 'expired' }, LEGACY, 'certificate expired before signatures were entered'],
  [{ fulcio: 'expired' }, BUNDLE, 'integrated time outside certificate validity'],
  [{ fulcio: 'expired' }, BUNDLE_V2, 'leaf certificate verification failed'],
  [{ fulcio: 'no SCT' }, LEGACY, 'certificate does not include required embedded SCT'],
  [{ fulcio: 'no SCT' }, BUNDLE, 'only able to verify 0 SCT entries'],
  [{ fulcio: 'other CT log' }, LEGACY, 'ctfe public key not found'],
  [{ fulcio: 'other CT log' }, BUNDLE, 'only able to verify 0 SCT entries'],
  [{ rekor: 'other key' }, LEGACY, 'verifying signature: invalid signature'],
  [{ rekor: 'other key' }, BUNDLE, 'transparency log certificate does not match'],
  [{ rekor: 'other key' }, BUNDLE_V2, 'verifying inclusion'],
  [{ rekor: 'other digest' }, LEGACY, 'verifying signature: invalid signature'],
  [{ rekor: 'other digest' }, BUNDLE, 'payload hash'],
  [{ rekor: 'other digest' }, BUNDLE_V2, 'verifying inclusion'],
  [{ rekor: 'other log' }, LEGACY, 'unable to verify SET'],
  [{ rekor: 'other log' }, BUNDLE, 'not enough verified log entries'],
  [{ rekor: 'other log' }, BUNDLE_V2, 'unverified checkpoint signature'],
  [{ timestampAuthority: 'other digest' }, LEGACY, "hashed messages don't match"],
  [{ timestampAuthority: 'other digest' }, BUNDLE, 'unable to verify signed timestamp'],
  [{ timestampAuthority: 'other authority' }, LEGACY, 'failed to verify certificate chain'],
  [{ timestampAuthority: 'other authority' }, BUNDLE, 'unable to verify signed timestamp'],
  [{ timestampAuthority: 'late' }, LEGACY, 'certificate expired before signatures were entered'],
  [{ timestampAuthority: 'late' }, BUNDLE, 'leaf certificate verification failed'],
];

const named = ([faults, cell, reason]: Row): readonly [string, ...Row] => [
  `${JSON.stringify(faults)}, ${nameOfCell(cell)}`,
  faults,
  cell,
  reason,
];

describeWithPeers(['cosign2', 'cosign3', 'docker-registry'], 'servers that do wrong', () => {
  let sigstore: LocalSigstore;
  let host = '';
  beforeAll(async () => {
    sigstore = await startLocalSigstore();
    ({ host } = await startDockerRegistry());
  });

  const sign = async (faults: Faults, signing: CosignSigning): Promise<RunResult> => {
    sigstore.misbehave(faults);
    const signed = await signWithCosign(sigstore, { ...signing, careless: true });
    sigstore.misbehave({});
    return signed;
  };

  it.each(REFUSED.map(named))('%s: cosign gives up', async (name, faults, cell, reason) => {
    const reference = await pushUnsigned(host, name);
    const { status, stderr } = await sign(faults, { ...cell, reference });
    expect(status).toBe(1);
    expect(stderr).toContain(reason);
  });

  it.each(STORED.map(named))('%s: not verified', async (name, faults, cell, reason) => {
    const reference = await pushUnsigned(host, name);
    const signed = await sign(faults, { ...cell, reference });
    expect(signed.status, signed.stderr).toBe(0);
    const { status, stderr } = await verifyWithCosign(sigstore, { ...cell, reference });
    expect(status).toBe(cell.format === 'legacy' ? 12 : 1);
    expect(stderr).toContain(reason);
  });
});
