import { beforeAll, expect, it } from 'vitest';
import { startDockerRegistry } from '../support/docker-registry.ts';
import {
  nameOfCell,
  whyImpossible,
  type CosignCell,
} from '../support/local-sigstore/cosign-cell.ts';
import { signWithCosign } from '../support/local-sigstore/sign-with-cosign.ts';
import { verifyWithCosign } from '../support/local-sigstore/verify-with-cosign.ts';
import { describeWithPeers, peer } from '../support/peers.ts';
import { run } from '../support/run.ts';
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

  it('throws the reason of an impossible cell', () => {
    const cell = { ...C2_KEYLESS, format: 'bundle' } as const;
    const signing = { ...cell, reference: `${place.host}/acme/none` };
    expect(() => signWithCosign(place.sigstore, signing)).toThrow(whyImpossible(cell));
  });

  it('cosign 2 has no flag for a bundle', async () => {
    const args = ['sign', '--yes', '--new-bundle-format', `${place.host}/acme/none`];
    const { status, stderr } = await run(peer('cosign2'), args);
    expect(status).toBe(1);
    expect(stderr).toContain('unknown flag: --new-bundle-format');
  });

  it.each([2, 3] as const)('cosign %i logs a legacy signature in Rekor v1 only', async (cosign) => {
    const { sigstore, host, mine } = place;
    const reference = await pushUnsigned(host, `legacy ${cosign}`);
    const { status, stderr } = await signWithCosign(sigstore, {
      ...{ cosign, format: 'legacy', material: 'key+log', log: 'rekor1' },
      reference,
      key: mine.key,
      flags: ['--rekor-url', sigstore.urls.rekor2],
    });
    expect(status).toBe(1);
    expect(stderr).toContain('Rekor has no POST /api/v1/log/entries');
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
