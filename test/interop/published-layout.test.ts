import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { startDockerRegistry } from '../support/docker-registry.ts';
import { kongcrate, runPeer } from '../support/must-succeed.ts';
import { describeWithPeers } from '../support/peers.ts';
import { run } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const PLUGIN = join(import.meta.dirname, '../../testdata/plugins/hello-header');
const SKIP_LOG = '--insecure-ignore-tlog=true';

describeWithPeers(
  ['cosign2', 'cosign3', 'crane', 'oras', 'docker-registry', 'tar'],
  'a layout that kongcrate published, on a real registry',
  () => {
    const directory = temporaryDirectory();
    const at = (name: string): string => join(directory, name);
    const key = at('cosign.pub');
    let repository = '';
    let digest = '';

    beforeAll(async () => {
      const { host } = await startDockerRegistry();
      repository = `${host}/acme/hello-header`;
      await kongcrate(['generate-key-pair', '--output-key-prefix', at('cosign')]);
      const target = `oci-layout:${at('dist')}:1.2.0`;
      const flags = ['--key', at('cosign.key'), '--as', repository];
      digest = (await kongcrate(['publish', PLUGIN, target, ...flags])).split('@')[1] ?? '';
      const signature = `${digest.replace(':', '-')}.sig`;
      for (const [tag, flag] of [
        ['1.2.0', ['-r']],
        [signature, []],
      ] as const)
        await runPeer('oras', [
          ...['cp', ...flag, '--from-oci-layout', `${at('dist')}:${tag}`],
          ...['--to-plain-http', `${repository}:${tag}`],
        ]);
    });

    it.each([
      ['cosign 2, legacy signature', 'cosign2', []],
      ['cosign 3, bundle', 'cosign3', []],
      ['cosign 3, legacy signature', 'cosign3', ['--new-bundle-format=false']],
    ] as const)('is verified by %s', async (_what, cosign, flags) => {
      const reference = `${repository}@${digest}`;
      const verify = ['verify', '--key', key, SKIP_LOG, ...flags, reference];
      expect(await runPeer(cosign, verify)).toContain(digest);
    });

    it('is an image that crane finds valid', async () => {
      await runPeer('crane', ['validate', '--remote', `${repository}@${digest}`]);
    });

    it('is pulled by crane and unpacked by tar twice into the files that were published', async () => {
      const outer = at('outer');
      const inner = at('inner');
      mkdirSync(outer);
      mkdirSync(inner);
      await runPeer('crane', ['pull', `${repository}@${digest}`, at('crane.tar')]);
      await runPeer('tar', ['xf', at('crane.tar'), '-C', outer]);
      const layer = readdirSync(outer).find((name) => name.endsWith('.tar.gz')) ?? '';
      await runPeer('tar', ['xf', join(outer, layer), '-C', inner]);
      const { stdout } = await run('diff', ['-r', join(PLUGIN, 'kong'), join(inner, 'kong')]);
      expect(stdout).toBe('');
    });

    it('is pulled by kongcrate as the very bytes that crane pull writes', async () => {
      for (const [label, reference] of [
        ['tag', ':1.2.0'],
        ['digest', `@${digest}`],
      ] as const) {
        await runPeer('crane', ['pull', `${repository}${reference}`, at(`${label}-crane.tar`)]);
        const source = `oci-layout:${at('dist')}${reference}`;
        const trust = ['--key', key, '--as', repository];
        await kongcrate(['pull', source, ...trust, '-o', at(`${label}-ours.tar`)]);
        expect(sha256(at(`${label}-ours.tar`))).toBe(sha256(at(`${label}-crane.tar`)));
      }
    });

    it('is carried on by oras from the layout that pull writes, signatures included', async () => {
      const source = `oci-layout:${at('dist')}:1.2.0`;
      const flags = ['--key', key, '--format', 'oci', '-o', at('carried')];
      await kongcrate(['pull', source, ...flags]);
      const target = `${repository}-carried`;
      for (const tag of ['1.2.0', `${digest.replace(':', '-')}.sig`])
        await runPeer('oras', [
          ...['cp', '-r', '--from-oci-layout', `${at('carried')}:${tag}`],
          ...['--to-plain-http', `${target}:${tag}`],
        ]);
      for (const cosign of ['cosign2', 'cosign3'] as const)
        await runPeer(cosign, ['verify', '--key', key, SKIP_LOG, `${target}@${digest}`]);
    });

    it('is pushed with --layout cosign as the very manifest of cosign upload blob', async () => {
      const archive = at('hello-header-1.2.0.tar.gz');
      await kongcrate(['pack', PLUGIN, '-o', archive]);
      const ours = await kongcrate([
        ...['push', archive, `oci-layout:${at('as-cosign')}:1`, '--layout', 'cosign'],
      ]);
      for (const cosign of ['cosign2', 'cosign3'] as const) {
        const uploaded = await runPeer(cosign, [
          ...['upload', 'blob', '-f', archive, `${repository}/${cosign}:1`],
        ]);
        expect(ours.split('@')[1]).toBe(uploaded.split('@')[1]);
      }
    });
  },
);

function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
