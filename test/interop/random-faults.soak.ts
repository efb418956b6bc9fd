import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { KongcrateError } from '../../src/errors/kongcrate-error.ts';
import type { PrivateKey } from '../../src/signing/private-key.ts';
import { createKeySigner } from '../../src/signing/signer.ts';
import { installPlugins } from '../../src/workflows/install-plugins.ts';
import { publishPlugin } from '../../src/workflows/publish-plugin.ts';
import { verifyArtifact } from '../../src/workflows/verify-artifact.ts';
import { allDrift, installed } from '../install/look-at-node.ts';
import { writeSource } from '../registry/plugin-source.ts';
import { makeKey } from '../signing/support.ts';
import { startDockerRegistry } from '../support/docker-registry.ts';
import { FAULT_KINDS, startFaultProxy, type FaultProxy } from '../support/fault-proxy.ts';
import { describeWithPeers } from '../support/peers.ts';
import type { Random } from '../support/random.ts';
import { count, report, startSoak } from '../support/soak.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { hastyAccess, patientAccess } from './faults/fault-commands.ts';

/** Fewer with KONGCRATE_SOAK_PUBLISHES. */
const PUBLISHES = Number(process.env['KONGCRATE_SOAK_PUBLISHES'] ?? 200);
const INSTALLS_EACH = 5;
const FAULTS = 0.1;

/** Runs something through the proxy with faults at random; says whether it succeeded. */
async function tryThrough(
  proxy: FaultProxy,
  random: Random,
  run: () => Promise<unknown>,
): Promise<boolean> {
  proxy.start(() => (random.chance(FAULTS) ? { kind: random.pick(FAULT_KINDS) } : undefined));
  try {
    await run();
    return true;
  } catch (error) {
    if (!(error instanceof KongcrateError)) throw error;
    expect([4, 6], `${error.code} ${error.message}`).toContain(error.exitCode);
    expect(error.remedy).not.toBe('');
    return false;
  } finally {
    proxy.start();
  }
}

describeWithPeers(['docker-registry'], 'one request in ten goes wrong', () => {
  let key: PrivateKey;
  let proxy: FaultProxy;

  beforeAll(async () => {
    const { host } = await startDockerRegistry();
    [key, proxy] = await Promise.all([makeKey(), startFaultProxy(host)]);
  });

  it('nothing is lost, and nothing half', async () => {
    const random = startSoak('random faults');
    const trust = { keys: [key.publicKey] };
    const root = { luaRoot: join(temporaryDirectory(), 'lua') };
    const repository = `${proxy.host}/acme/my-plugin`;
    const counts = { published: 0, installed: 0, failed: 0 };
    let live: string | undefined;
    for (let round = 1; round <= PUBLISHES; round += 1) {
      const version = `1.0.${round}`;
      const tag = `${repository}:${version}`;
      const source = writeSource(version);
      const publish = (): Promise<unknown> =>
        publishPlugin(source, tag, { signer: createKeySigner(key), registry: hastyAccess });
      while (!(await tryThrough(proxy, random, publish))) counts.failed += 1;
      counts.published += 1;
      await verifyArtifact(tag, { ...trust, registry: patientAccess });
      for (let time = 0; time < INSTALLS_EACH; time += 1) {
        // Each one asks anew: what is installed already would send one request.
        const luaRoot = time === 0 ? root.luaRoot : join(temporaryDirectory(), 'lua');
        const install = (): Promise<unknown> =>
          installPlugins([tag], { ...trust, registry: hastyAccess, root: { luaRoot } });
        while (!(await tryThrough(proxy, random, install))) {
          counts.failed += 1;
          if (time === 0 && live !== undefined) expect(installed(luaRoot)).toEqual([live]);
        }
        if (time === 0) live = `my-plugin ${version}`;
        expect(installed(luaRoot)).toEqual([`my-plugin ${version}`]);
        expect(allDrift(luaRoot)).toEqual([]);
        counts.installed += 1;
      }
    }
    report(
      `random faults: ${count(counts.published)} publishes, ${count(counts.installed)} installs, ${count(counts.failed)} failures with a remedy, all run again`,
    );
  });
});
