import { beforeAll, expect, it } from 'vitest';
import { startDockerRegistry } from '../support/docker-registry.ts';
import { nameOfCell, type CosignCell } from '../support/local-sigstore/cosign-cell.ts';
import { signWithCosign } from '../support/local-sigstore/sign-with-cosign.ts';
import { verifyWithCosign } from '../support/local-sigstore/verify-with-cosign.ts';
import { describeWithPeers } from '../support/peers.ts';
import { startTestRegistry } from '../support/test-registry.ts';
import { expectRoundTrip, preparePlace, pushUnsigned, type Place } from './support.ts';

const TWO_HOURS_MS = 2 * 60 * 60 * 1000;
const C2_KEYLESS: CosignCell = {
  cosign: 2,
  format: 'legacy',
  material: 'keyless',
  log: 'rekor1',
};
const C3_KEYLESS: CosignCell = {
  cosign: 3,
  format: 'bundle',
  material: 'keyless',
  log: 'rekor2+tsa',
};
const named = (cell: CosignCell): [string, CosignCell] => [nameOfCell(cell), cell];

describeWithPeers(['cosign2', 'cosign3', 'docker-registry'], 'without referrers', () => {
  let place: Place;
  beforeAll(async () => {
    place = await preparePlace((await startDockerRegistry()).host);
  });

  it.each(
    [
      C2_KEYLESS,
      { cosign: 2, format: 'legacy', material: 'key', log: 'none' } as const,
      { cosign: 3, format: 'legacy', material: 'key+log', log: 'rekor1+tsa' } as const,
      { ...C3_KEYLESS, log: 'rekor1' } as const,
    ].map(named),
  )('%s', (_name, cell) => expectRoundTrip(place, cell));

  it('names a person by the mail address in the token', async () => {
    const { sigstore, host } = place;
    const email = 'alice@example.com';
    const issuer = 'https://accounts.example.com';
    for (const cell of [C2_KEYLESS, C3_KEYLESS]) {
      const reference = await pushUnsigned(host, `mail ${cell.cosign}`);
      const signing = { ...cell, reference, token: { email, issuer } };
      const { status, stderr } = await signWithCosign(sigstore, signing);
      expect(status, stderr).toBe(0);
      const verify = (identity: string): Promise<{ status: number | null }> =>
        verifyWithCosign(sigstore, { ...cell, reference, identity, issuer });
      expect(await verify(email)).toMatchObject({ status: 0 });
      expect(await verify('bob@example.com')).not.toMatchObject({ status: 0 });
    }
  });
});

describeWithPeers(['cosign2', 'cosign3'], 'with referrers, when certificates have expired', () => {
  let place: Place;
  beforeAll(async () => {
    const { host } = await startTestRegistry({ referrersApi: true });
    place = await preparePlace(host, -TWO_HOURS_MS);
  });

  it.each(
    [
      C2_KEYLESS,
      { ...C2_KEYLESS, log: 'tsa-only' } as const,
      C3_KEYLESS,
      { ...C3_KEYLESS, material: 'key+log', log: 'rekor1+tsa' } as const,
    ].map(named),
  )('%s', (_name, cell) => expectRoundTrip(place, cell));

  it('refuses a signature that nothing dates', async () => {
    const { sigstore, host } = place;
    const cell = { ...C2_KEYLESS, log: 'none' } as const;
    const reference = await pushUnsigned(host, 'undated');
    expect(await signWithCosign(sigstore, { ...cell, reference })).toMatchObject({ status: 0 });
    const { status, stderr } = await verifyWithCosign(sigstore, { ...cell, reference });
    expect(status).toBe(12);
    expect(stderr).toContain('expired certificate');
  });
});
