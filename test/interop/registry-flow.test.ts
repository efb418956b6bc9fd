import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { startDockerRegistry } from '../support/docker-registry.ts';
import { kongcrate, runPeer } from '../support/must-succeed.ts';
import { describeWithPeers } from '../support/peers.ts';
import { runKongcrate } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { startTestRegistry } from '../support/test-registry.ts';

const PLUGIN = join(import.meta.dirname, '../../testdata/plugins/hello-header');
const HANDLER = 'kong/plugins/hello-header/handler.lua';
const SKIP_LOG = '--insecure-ignore-tlog=true';

describeWithPeers(
  ['cosign2', 'cosign3', 'crane', 'docker-registry'],
  'the flow on registries',
  () => {
    const directory = temporaryDirectory();
    const at = (name: string): string => join(directory, name);
    const sign = ['--key', at('cosign.key')];
    const trust = ['--key', at('cosign.pub')];

    beforeAll(async () => {
      await kongcrate(['generate-key-pair', '--output-key-prefix', at('cosign')]);
    });

    it.each([
      ['docker-registry', async () => (await startDockerRegistry()).host],
      ['a registry with referrers', async () => (await startTestRegistry({})).host],
    ])('publish, verify, install and pull on %s, verified by both cosigns', async (name, start) => {
      const repository = `${await start()}/acme/hello-header`;
      const line = await kongcrate(['publish', PLUGIN, `${repository}:1.2.0`, ...sign]);
      expect(line).toMatch(new RegExp(`^${repository}@sha256:[0-9a-f]{64}$`));
      expect(await kongcrate(['verify', `${repository}:1.2.0`, ...trust])).toMatch(/^trusted/);
      for (const cosign of ['cosign2', 'cosign3'] as const)
        await runPeer(cosign, ['verify', ...trust, SKIP_LOG, line]);
      const luaRoot = at(`lua-${name.replaceAll(' ', '-')}`);
      const root = ['--lua-root', luaRoot];
      await kongcrate(['install', `${repository}:1.2.0`, ...trust, ...root]);
      expect(readFileSync(join(luaRoot, HANDLER))).toEqual(readFileSync(join(PLUGIN, HANDLER)));
      expect(await kongcrate(['install', line, ...trust, ...root])).toMatch(/^unchanged/);
      const [ours, theirs] = [at(`${name}-ours.tar`), at(`${name}-crane.tar`)];
      await kongcrate(['pull', `${repository}:1.2.0`, ...trust, '-o', ours]);
      await runPeer('crane', ['pull', `${repository}:1.2.0`, theirs]);
      expect(readFileSync(ours).equals(readFileSync(theirs))).toBe(true);
    });

    it('publishing the same source again sends nothing and signs nothing', async () => {
      const registry = await startTestRegistry({});
      const reference = `${registry.host}/acme/hello-header:1.2.0`;
      await kongcrate(['publish', PLUGIN, reference, ...sign]);
      const before = registry.log.length;
      const again = await kongcrate(['publish', PLUGIN, reference, ...sign, '--json']);
      const { signatures } = JSON.parse(again) as { signatures: { state: string }[] };
      expect(signatures.map(({ state }) => state)).toEqual(['present', 'present']);
      const uploads = registry.log.slice(before).filter(({ method }) => method === 'PATCH');
      expect(uploads).toEqual([]);
    });

    it('installing the same digest again asks the registry for nothing, by tag for the tag', async () => {
      const registry = await startTestRegistry({});
      const reference = `${registry.host}/acme/hello-header:1.2.0`;
      const line = await kongcrate(['publish', PLUGIN, reference, ...sign]);
      const root = ['--lua-root', at('lua-again')];
      await kongcrate(['install', line, ...trust, ...root]);
      for (const [again, requests] of [
        [line, 0],
        [reference, 1],
      ] as const) {
        const before = registry.log.length;
        expect(await kongcrate(['install', again, ...trust, ...root])).toMatch(/^unchanged/);
        expect(registry.log.length - before).toBe(requests);
      }
    });

    it('a tag that points elsewhere moves only with --force, and an unsigned artifact is exit 10', async () => {
      const { host } = await startTestRegistry({});
      const reference = `${host}/acme/hello-header:stable`;
      await kongcrate(['push', PLUGIN, reference]);
      const changed = at('changed');
      cpSync(PLUGIN, changed, { recursive: true });
      const handler = join(changed, HANDLER);
      writeFileSync(handler, `${readFileSync(handler, 'utf8')}-- changed\n`);
      const refused = await runKongcrate(['push', changed, reference]);
      expect(refused.status, refused.stderr).toBe(18);
      await kongcrate(['push', changed, reference, '--force']);
      const unsigned = await runKongcrate(['verify', reference, ...trust]);
      expect(unsigned.status, unsigned.stderr).toBe(10);
    });
  },
);
