import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { startDockerRegistry } from '../support/docker-registry.ts';
import { kongcrate, runPeer } from '../support/must-succeed.ts';
import { describeWithPeers } from '../support/peers.ts';
import { runKongcrate } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const PLUGIN = join(import.meta.dirname, '../../testdata/plugins/hello-header');
const OFFLINE = ['--tlog-upload=false', '-y'];
const OFFLINE_3 = ['--use-signing-config=false', ...OFFLINE];

/** Who signed, and which program carried the artifact; 10 where that program drops the signature. */
const SIGNERS = {
  'cosign2-legacy': { cosign: 'cosign2', flags: OFFLINE },
  'cosign3-legacy': { cosign: 'cosign3', flags: [...OFFLINE_3, '--new-bundle-format=false'] },
  'cosign3-bundle': { cosign: 'cosign3', flags: OFFLINE_3 },
} as const;
type SignerName = keyof typeof SIGNERS;
const CARRIERS = [
  'cosign2 save',
  'cosign3 save',
  'oras backup',
  'crane pull',
  'skopeo copy',
] as const;
type Carrier = (typeof CARRIERS)[number];
/** These know nothing of bundles: they copy tags only. */
const DROPS_BUNDLES: ReadonlySet<Carrier> = new Set(['cosign2 save', 'crane pull', 'skopeo copy']);

const CELLS = (Object.keys(SIGNERS) as SignerName[]).flatMap((signer) =>
  CARRIERS.map((carrier) => {
    const dropped = signer === 'cosign3-bundle' && DROPS_BUNDLES.has(carrier);
    return { signer, carrier, status: dropped ? 10 : 0 };
  }),
);

describeWithPeers(
  ['cosign2', 'cosign3', 'crane', 'oras', 'skopeo', 'docker-registry'],
  'layouts that other programs wrote',
  () => {
    const directory = temporaryDirectory();
    const at = (name: string): string => join(directory, name);
    let host = '';
    let digest = '';

    beforeAll(async () => {
      ({ host } = await startDockerRegistry());
      await runPeer('cosign2', ['generate-key-pair'], { cwd: directory });
      const pushed = await kongcrate(['push', PLUGIN, `oci-layout:${at('source')}:1.2.0`]);
      digest = pushed.split('@')[1] ?? '';
      for (const [name, { cosign, flags }] of Object.entries(SIGNERS)) {
        const repository = `${host}/${name}`;
        const source = ['--from-oci-layout', `${at('source')}:1.2.0`];
        await runPeer('oras', ['cp', ...source, '--to-plain-http', `${repository}:1.2.0`]);
        const key = ['--key', at('cosign.key')];
        await runPeer(cosign, ['sign', ...key, ...flags, `${repository}@${digest}`]);
      }
    });

    /** Carries tag and signature tag as each program's users do; gives the reference to read. */
    async function carry(carrier: Carrier, signer: SignerName): Promise<string> {
      const repository = `${host}/${signer}`;
      const target = at(`${carrier.replace(' ', '-')}-${signer}`);
      const signature = `${digest.replace(':', '-')}.sig`;
      // A bundle has no signature tag: what carries tags has only the artifact's own to carry.
      const tags = signer === 'cosign3-bundle' ? ['1.2.0'] : ['1.2.0', signature];
      if (carrier === 'cosign2 save' || carrier === 'cosign3 save') {
        const cosign = carrier === 'cosign2 save' ? 'cosign2' : 'cosign3';
        await runPeer(cosign, ['save', '--dir', target, `${repository}:1.2.0`]);
        return `oci-layout:${target}`;
      }
      if (carrier === 'oras backup') {
        const flags = ['--include-referrers', '--plain-http', '-o', target];
        await runPeer('oras', ['backup', ...flags, `${repository}:${tags.join(',')}`]);
      }
      for (const tag of tags) {
        if (carrier === 'crane pull') {
          const flags = ['--format=oci', '--annotate-ref'];
          await runPeer('crane', ['pull', ...flags, `${repository}:${tag}`, target]);
        }
        if (carrier === 'skopeo copy') {
          const source = ['--src-tls-verify=false', `docker://${repository}:${tag}`];
          await runPeer('skopeo', ['copy', ...source, `oci:${target}:${tag}`]);
        }
      }
      return `oci-layout:${target}:1.2.0`;
    }

    it.each(CELLS)('$carrier of a $signer signature: exit $status', async (cell) => {
      const reference = await carry(cell.carrier, cell.signer);
      const key = ['--key', at('cosign.pub')];
      const verified = await runKongcrate(['verify', reference, ...key]);
      expect(verified.status, verified.stderr).toBe(cell.status);
      const luaRoot = at(`lua-${cell.carrier.replace(' ', '-')}-${cell.signer}`);
      const flags = [...key, '--lua-root', luaRoot];
      const installed = await runKongcrate(['install', reference, ...flags]);
      expect(installed.status, installed.stderr).toBe(cell.status);
      if (cell.status !== 0) return;
      expect(verified.stdout).toMatch(/^trusted: signed by key/);
      const handler = 'kong/plugins/hello-header/handler.lua';
      expect(readFileSync(join(luaRoot, handler))).toEqual(readFileSync(join(PLUGIN, handler)));
    });
  },
);
