import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { startDockerRegistry } from '../support/docker-registry.ts';
import { kongcrate, runPeer } from '../support/must-succeed.ts';
import { describeWithPeers } from '../support/peers.ts';
import { runKongcrate } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { startTestRegistry } from '../support/test-registry.ts';

const PLUGIN = join(import.meta.dirname, '../../testdata/plugins/hello-header');
const VARIABLE = { COSIGN_DOCKER_MEDIA_TYPES: '1' };
/** What registries before OCI are like. */
const OLD = { knowsOci: false, referrersApi: false } as const;
const SKIP_LOG = '--insecure-ignore-tlog=true';

describeWithPeers(
  ['cosign2', 'cosign3', 'crane', 'skopeo', 'docker-registry'],
  "Docker's media types, to the real programs",
  () => {
    describe.each([
      ['docker-registry', startDockerRegistry],
      ['a registry that knows no OCI', () => startTestRegistry(OLD)],
    ] as const)('on %s', (_name, start) => {
      const directory = temporaryDirectory();
      const at = (name: string): string => join(directory, name);
      const sign = ['--key', at('cosign.key')];
      let repository = '';
      let reference = '';
      let signatureTag = '';

      beforeAll(async () => {
        await kongcrate(['generate-key-pair'], { cwd: directory });
        repository = `${(await start()).host}/acme/hello-header`;
        const flags = [...sign, '--docker-media-types'];
        reference = await kongcrate(['publish', PLUGIN, `${repository}:1.2.0`, ...flags]);
        signatureTag = `${repository}:${reference.split('@')[1]?.replace(':', '-') ?? ''}.sig`;
      });

      it.each(['cosign2', 'cosign3'] as const)('%s verifies it', async (cosign) => {
        const trust = ['--key', at('cosign.pub')];
        await runPeer(cosign, ['verify', ...trust, SKIP_LOG, reference]);
      });

      it('crane and skopeo read it, and keep its digest', async () => {
        const [ours, theirs] = [at('ours.tar'), at('theirs.tar')];
        const trust = ['--key', at('cosign.pub')];
        await kongcrate(['pull', `${repository}:1.2.0`, ...trust, '-o', ours]);
        await runPeer('crane', ['pull', `${repository}:1.2.0`, theirs]);
        expect(readFileSync(ours).equals(readFileSync(theirs))).toBe(true);
        await runPeer('crane', ['validate', '--remote', reference]);
        const copied = `${repository}-copied:1.2.0`;
        const places = [`docker://${reference}`, `docker://${copied}`];
        const flags = ['--src-tls-verify=false', '--dest-tls-verify=false'];
        await runPeer('skopeo', ['--insecure-policy', 'copy', ...flags, ...places]);
        const digest = await runPeer('crane', ['digest', copied]);
        expect(`${repository}@${digest}`).toBe(reference);
      });

      it("has cosign's own signature manifest, and adds to it", async () => {
        const ours = await runPeer('crane', ['manifest', signatureTag]);
        const place = `${repository}-2:1.2.0`;
        const other = await kongcrate(['push', PLUGIN, place, '--docker-media-types']);
        const cosign = ['sign', ...sign, '-y', '--tlog-upload=false', other];
        await runPeer('cosign2', cosign, { env: VARIABLE });
        const theirTag = signatureTag.replace(repository, `${repository}-2`);
        const theirs = await runPeer('crane', ['manifest', theirTag]);
        expect(withoutSignature(theirs)).toBe(withoutSignature(ours));
        await kongcrate(['sign', other, ...sign, '-a', 'by=kongcrate'], { env: VARIABLE });
        const verified = await runPeer('cosign2', [
          ...['verify', '--key', at('cosign.pub'), SKIP_LOG, other],
        ]);
        expect(JSON.parse(verified)).toHaveLength(2);
      });
    });

    it("sign takes cosign's variable and says so, unless a format was asked for", async () => {
      const directory = temporaryDirectory();
      await kongcrate(['generate-key-pair'], { cwd: directory });
      const { host } = await startTestRegistry(OLD);
      const reference = `${host}/acme/hello-header:1.2.0`;
      await kongcrate(['push', PLUGIN, reference, '--docker-media-types']);
      const sign = ['sign', reference, '--key', join(directory, 'cosign.key')];
      const env = { ...VARIABLE, COSIGN_PASSWORD: '' };
      const refused = await runKongcrate([...sign, '--signature-format', 'both'], { env });
      expect(refused.status, refused.stderr).toBe(4);
      expect(refused.stderr).toContain('--docker-media-types');
      const { status, stderr } = await runKongcrate(sign, { env });
      expect(status, stderr).toBe(0);
      expect(stderr).toContain(
        "signature: legacy only, in Docker's media types (COSIGN_DOCKER_MEDIA_TYPES)",
      );
    });
  },
);

/** What is signed names the repository, so that sizes and digests of payload and config differ. */
function withoutSignature(manifest: string): string {
  return manifest
    .replace(/"dev\.cosignproject\.cosign\/signature":"[^"]*"/, '')
    .replaceAll(/"size":\d+|sha256:[0-9a-f]{64}/g, '');
}
