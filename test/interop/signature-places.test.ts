import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { startDockerRegistry } from '../support/docker-registry.ts';
import { kongcrate, runPeer } from '../support/must-succeed.ts';
import { describeWithPeers, peer } from '../support/peers.ts';
import { run, runKongcrate, type RunResult } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const PLUGIN = join(import.meta.dirname, '../../testdata/plugins/hello-header');
const OFFLINE = ['--tlog-upload=false', '-y'];
const OFFLINE_3 = ['--use-signing-config=false', ...OFFLINE];
const LEGACY_3 = [...OFFLINE_3, '--new-bundle-format=false'];

const SIGNERS = [
  ['cosign2', 'legacy', OFFLINE],
  ['cosign3', 'legacy', LEGACY_3],
  ['cosign3', 'bundle', OFFLINE_3],
] as const;

describeWithPeers(
  ['cosign2', 'cosign3', 'oras', 'docker-registry'],
  'where the real cosign keeps signatures',
  () => {
    const directory = temporaryDirectory();
    const at = (name: string): string => join(directory, name);
    let host = '';

    /** A new repository with the plugin in it, and a name for one that holds its signatures. */
    const pushTo = async (
      name: string,
    ): Promise<{ reference: string; env: { COSIGN_REPOSITORY: string } }> => ({
      reference: await kongcrate(['push', PLUGIN, `${host}/${name}:1.2.0`]),
      env: { COSIGN_REPOSITORY: `${host}/signatures/${name}` },
    });
    const verify = (
      reference: string,
      env: Readonly<Record<string, string>> = {},
      keys: readonly string[] = ['a'],
    ): Promise<RunResult> =>
      runKongcrate(
        [
          'verify',
          reference,
          ...keys.flatMap((one) => ['--key', at(`${one}.pub`)]),
          '--threshold',
          String(keys.length),
        ],
        { env },
      );

    beforeAll(async () => {
      ({ host } = await startDockerRegistry());
      for (const name of ['a', 'b'])
        await runPeer('cosign2', ['generate-key-pair', '--output-key-prefix', name], {
          cwd: directory,
        });
    });

    it.each(SIGNERS)(
      'COSIGN_REPOSITORY: %s writes %s there, kongcrate reads it',
      async (cosign, format, flags) => {
        const { reference, env } = await pushTo(`by-${cosign}-${format}`);
        await runPeer(cosign, ['sign', '--key', at('a.key'), ...flags, reference], { env });
        const verified = await verify(reference, env);
        expect(verified.status, verified.stderr).toBe(0);
        expect(verified.stdout).toContain(`formats: ${format}\n`);
        expect(verified.stdout).toContain(`signatures in: ${env.COSIGN_REPOSITORY}\n`);
        expect(verified.stderr).toBe(
          `signatures: in ${env.COSIGN_REPOSITORY} (COSIGN_REPOSITORY)\n`,
        );
        expect((await verify(reference)).status).toBe(10);
      },
    );

    it('COSIGN_REPOSITORY: kongcrate writes there, both cosigns read it', async () => {
      const { env } = await pushTo('by-kongcrate');
      const key = ['--key', at('a.key')];
      const target = `${host}/by-kongcrate:1.2.0`;
      const reference = await kongcrate(['publish', PLUGIN, target, ...key], { env });
      const flags = ['--key', at('a.pub'), '--insecure-ignore-tlog=true', reference];
      for (const [cosign, ...more] of [
        ['cosign2'],
        ['cosign3'],
        ['cosign3', '--new-bundle-format=false'],
      ] as const) {
        await runPeer(cosign, ['verify', ...more, ...flags], { env });
        const beside = await run(peer(cosign), ['verify', ...more, ...flags]);
        expect(beside.status, beside.stderr).toBe(10);
      }
    });

    it('COSIGN_REPOSITORY that is no repository is refused, and unset where it is empty', async () => {
      const { reference } = await pushTo('refused');
      const refused = await verify(reference, { COSIGN_REPOSITORY: host });
      expect(refused.status).toBe(2);
      expect(refused.stderr).toContain('COSIGN_REPOSITORY: ');
      expect((await verify(reference, { COSIGN_REPOSITORY: '' })).status).toBe(10);
    });

    it.each([
      ['cosign2', OFFLINE],
      ['cosign3', LEGACY_3],
    ] as const)('a legacy signature that %s attaches as OCI 1.1 has it', async (cosign, flags) => {
      const { reference } = await pushTo(`attached-by-${cosign}`);
      const mode = ['--registry-referrers-mode=oci-1-1', ...flags];
      const env = { COSIGN_EXPERIMENTAL: '1' };
      for (const key of ['a', 'b'])
        await runPeer(cosign, ['sign', '--key', at(`${key}.key`), ...mode, reference], { env });
      const layouts = [at(`saved-${cosign}`), at(`backup-${cosign}`)] as const;
      await runPeer('cosign3', ['save', '--dir', layouts[0], reference]);
      const backup = ['--include-referrers', '--plain-http', '-o', layouts[1]];
      await runPeer('oras', ['backup', ...backup, `${reference.split('@')[0] ?? ''}:1.2.0`]);
      for (const one of [reference, ...layouts.map((path) => `oci-layout:${path}`)]) {
        const verified = await verify(one, {}, ['a', 'b']);
        expect(verified.status, `${one} ${verified.stderr}`).toBe(0);
        expect(verified.stdout).toContain('formats: legacy\n');
      }
    });

    it('several signers under one .sig tag, each by another program', async () => {
      const { reference } = await pushTo('several');
      await runPeer('cosign2', ['sign', '--key', at('a.key'), ...OFFLINE, reference]);
      await runPeer('cosign3', ['sign', '--key', at('b.key'), ...LEGACY_3, reference]);
      const verified = await verify(reference, {}, ['a', 'b']);
      expect(verified.status, verified.stderr).toBe(0);
    });
  },
);
