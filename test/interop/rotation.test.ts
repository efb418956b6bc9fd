import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { preparePlace, pushUnsigned, type Place } from '../local-sigstore/support.ts';
import { startDockerRegistry } from '../support/docker-registry.ts';
import { LOOPBACK_ONLY } from '../support/local-sigstore/cosign-cell.ts';
import { IDENTITY, IDENTITY_ISSUER } from '../support/local-sigstore/identity-token.ts';
import { kongcrate, runPeer } from '../support/must-succeed.ts';
import { describeWithPeers } from '../support/peers.ts';
import { runKongcrate } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const SKIP_LOG = '--insecure-ignore-tlog=true';

interface Report {
  readonly artifacts: readonly { readonly state: string; readonly tags: readonly string[] }[];
}

describeWithPeers(
  ['cosign2', 'cosign3', 'crane', 'docker-registry'],
  'signing anew what cosign signed',
  () => {
    let place: Place;
    let old: readonly string[];
    let emptyConfig: string;
    beforeAll(async () => {
      place = await preparePlace((await startDockerRegistry()).host);
      old = ['--all-tags', '--verify-key', place.mine.publicKey, '--json'];
      emptyConfig = join(temporaryDirectory(), 'config.json');
      writeFileSync(emptyConfig, await runPeer('cosign3', ['signing-config', 'create']));
    });

    /** A repository with one artifact, tagged and signed by this cosign with the old key. */
    async function signed(cosign: 'cosign2' | 'cosign3', name: string): Promise<string> {
      const reference = await pushUnsigned(place.host, name);
      await runPeer('crane', ['tag', reference, '1.0.0']);
      const flags =
        cosign === 'cosign2' ? ['--tlog-upload=false'] : ['--signing-config', emptyConfig];
      const sign = ['sign', '--yes', '--key', place.mine.key, ...flags, '-a', 'team=edge'];
      await runPeer(cosign, [...sign, reference]);
      return reference;
    }

    async function rotate(reference: string, signer: readonly string[]): Promise<Report> {
      const args = ['sign', reference.replace(/@.*/, ''), ...signer, ...old];
      return JSON.parse(await kongcrate(args, { env: LOOPBACK_ONLY })) as Report;
    }

    it.each(['cosign2', 'cosign3'] as const)(
      '%s signed it: both cosigns verify with the new key, and the old one as before',
      async (cosign) => {
        const reference = await signed(cosign, cosign);
        const signer = ['--key', place.others.key];
        expect(await rotate(reference, signer)).toMatchObject({
          artifacts: [{ state: 'signed', tags: ['1.0.0'] }],
        });
        const check = ['verify', '-a', 'team=edge', SKIP_LOG, '--key'];
        for (const reader of ['cosign2', 'cosign3'] as const)
          await runPeer(reader, [...check, place.others.publicKey, reference]);
        await runPeer(cosign, [...check, place.mine.publicKey, reference]);
        expect(await rotate(reference, signer)).toMatchObject({
          artifacts: [{ state: 'present' }],
        });
      },
    );

    it('a certificate signs once too, and completes what it had signed in one format', async () => {
      const reference = await signed('cosign3', 'keyless');
      const token = join(temporaryDirectory(), 'token');
      writeFileSync(token, place.sigstore.token());
      const root = ['--trusted-root', place.sigstore.trustedRoot.file];
      const config = ['--signing-config', place.sigstore.signingConfig('rekor1')];
      const signer = ['--oidc-token', token, ...config, ...root];
      const [bundle, both] = [[...signer, '--signature-format', 'bundle'], signer];
      const states = [];
      for (const flags of [bundle, both, both])
        states.push(...(await rotate(reference, flags)).artifacts.map(({ state }) => state));
      expect(states).toEqual(['signed', 'signed', 'present']);
      const entries = place.sigstore.requests().filter((line) => line.includes('/log/entries'));
      expect(entries).toHaveLength(2);
      const who = [
        '--certificate-identity',
        IDENTITY,
        '--certificate-oidc-issuer',
        IDENTITY_ISSUER,
      ];
      const verify = ['verify', reference, ...who, ...root, '-a', 'team=edge'];
      expect(await kongcrate(verify)).toContain('trusted');
    });

    it('exits 12 where the old key had not signed everything, with the report on stdout', async () => {
      const reference = await signed('cosign3', 'not all');
      const repository = reference.replace(/@.*/, '');
      const other = await pushUnsigned(place.host, 'nobody signed this');
      await runPeer('crane', ['copy', other, `${repository}:2.0.0`]);
      const args = ['sign', repository, '--key', place.others.key, ...old.slice(0, -1)];
      const { status, stdout } = await runKongcrate(args, { env: { COSIGN_PASSWORD: '' } });
      expect(status).toBe(12);
      expect(stdout).toContain(`signed: ${reference} (1.0.0)`);
      expect(stdout).toContain(`left alone: ${repository}@${other.replace(/.*@/, '')} (2.0.0)`);
      await kongcrate(['verify', reference, '--key', place.others.publicKey]);
    });

    it.each([
      [['--verify-key', 'old.pub'], 'belong together'],
      [['--dry-run'], 'belong together'],
      [['--all-tags', '--bundle', 'out.json'], '--all-tags says nothing about a file'],
    ])('%j is a mistake', async (flags, words) => {
      const args = ['sign', 'oci-layout:/nowhere', '--key', place.mine.key, ...flags];
      const { status, stderr } = await runKongcrate(args);
      expect(status).toBe(2);
      expect(stderr).toContain(words);
    });
  },
);
