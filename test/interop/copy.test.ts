import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { startDockerRegistry } from '../support/docker-registry.ts';
import { kongcrate, runPeer } from '../support/must-succeed.ts';
import { describeWithPeers } from '../support/peers.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const PLUGIN = join(import.meta.dirname, '../../testdata/plugins/hello-header');

describeWithPeers(
  ['cosign2', 'cosign3', 'crane', 'oras', 'skopeo', 'docker-registry'],
  'what copy wrote, to the real programs',
  () => {
    const directory = temporaryDirectory();
    const at = (name: string): string => join(directory, name);
    const archive = at('carry.tar');
    let host = '';
    let digest = '';

    /** By registry, archive and layout to a registry without referrers API again. */
    beforeAll(async () => {
      ({ host } = await startDockerRegistry());
      await kongcrate(['generate-key-pair'], { cwd: directory });
      const source = `${host}/source/plugin:1.2.0`;
      const reference = await kongcrate(['publish', PLUGIN, source, '--key', at('cosign.key')]);
      digest = reference.split('@')[1] ?? '';
      await kongcrate(['copy', source, `oci-archive:${archive}`, '--trust', at('cosign.pub')]);
      await kongcrate(['copy', `oci-archive:${archive}:1.2.0`, `oci-layout:${at('layout')}`]);
      await kongcrate(['cp', `oci-layout:${at('layout')}:1.2.0`, `${host}/far/plugin`]);
    });

    it('verifies at the far end, for both cosigns', async () => {
      const flags = ['--key', at('cosign.pub'), '--insecure-ignore-tlog=true'];
      for (const [cosign, ...more] of [
        ['cosign2'],
        ['cosign3'],
        ['cosign3', '--new-bundle-format=false'],
      ] as const)
        await runPeer(cosign, ['verify', ...more, ...flags, `${host}/far/plugin:1.2.0`]);
    });

    it('installs from the archive, without a network', async () => {
      const flags = ['--key', at('cosign.pub'), '--lua-root', at('lua')];
      const installed = await kongcrate([
        ...['install', `oci-archive:${archive}:1.2.0`, '--as', `${host}/source/plugin`],
        ...flags,
      ]);
      expect(installed).toContain(`installed hello-header 1.2.0 ${digest}`);
    });

    it('is listed by oras, in the registry and in the layout', async () => {
      for (const place of [
        ['--plain-http', `${host}/far/plugin:1.2.0`],
        ['--oci-layout', `${at('layout')}:1.2.0`],
      ]) {
        const found = await runPeer('oras', ['discover', '--format', 'json', ...place]);
        const { referrers } = JSON.parse(found) as { referrers: readonly object[] };
        expect(referrers).toHaveLength(1);
      }
      const flags = ['--oci-layout', '--descriptor', `${archive}:1.2.0`];
      const fetched = await runPeer('oras', ['manifest', 'fetch', ...flags]);
      expect(fetched).toContain(digest);
    });

    it('is read by crane and skopeo', async () => {
      expect(await runPeer('crane', ['digest', `${host}/far/plugin:1.2.0`])).toBe(digest);
      const shown = await runPeer('skopeo', ['inspect', '--raw', `oci-archive:${archive}:1.2.0`]);
      expect(shown).toContain('application/vnd.kongcrate.plugin.v1');
    });
  },
);
