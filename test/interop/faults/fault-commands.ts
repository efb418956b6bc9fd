import { join } from 'node:path';
import { expect } from 'vitest';
import type { PrivateKey } from '../../../src/signing/private-key.ts';
import { createKeySigner } from '../../../src/signing/signer.ts';
import { copyArtifacts } from '../../../src/workflows/copy/copy-artifacts.ts';
import { installPlugins } from '../../../src/workflows/install-plugins.ts';
import type { RegistryAccess } from '../../../src/workflows/open-repository.ts';
import { publishPlugin } from '../../../src/workflows/publish-plugin.ts';
import { verifyArtifact } from '../../../src/workflows/verify-artifact.ts';
import { allDrift, installed } from '../../install/look-at-node.ts';
import { writeSource } from '../../registry/plugin-source.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

/** A command before it runs, with all that it needs in place. */
export interface PreparedCommand {
  run(): Promise<unknown>;
  /** Demands that old or new stands there whole; after a success only the new one. */
  expectWhole(hasSucceeded: boolean): Promise<void>;
}

/** A command that the fault table runs; each preparation uses the repository that it is given. */
export interface FaultCommand {
  readonly name: string;
  /** @param repository host and path, through the proxy; nothing fails while this runs */
  prepare(repository: string): Promise<PreparedCommand>;
}

const retries = { wait: (): Promise<void> => Promise.resolve(), random: (): number => 0 };

/** Short, so that a stall is over soon. */
export const hastyAccess: RegistryAccess = {
  retries,
  timeouts: { headersMs: 250, idleWindowMs: 250, idleBytesPerSecond: 1024, totalMs: 1000 },
};
/** For what has to work: a loaded machine is no fault. */
export const patientAccess: RegistryAccess = { retries };

const OLD = '1.0.0';
const NEW = '1.1.0';

/** Publishing a new version under a tag that others follow, installing it, and copying it on. */
export function faultCommands(key: PrivateKey): readonly FaultCommand[] {
  const sources = { [OLD]: writeSource(OLD), [NEW]: writeSource(NEW) };
  const trust = { keys: [key.publicKey] };
  const publish = (reference: string, version: keyof typeof sources, registry: RegistryAccess) =>
    publishPlugin(sources[version], reference, {
      signer: createKeySigner(key),
      registry,
      force: true,
    });
  return [
    {
      name: 'publish',
      prepare: async (repository) => {
        const tag = `${repository}:stable`;
        const old = await publish(tag, OLD, patientAccess);
        return {
          run: () => publish(tag, NEW, hastyAccess),
          expectWhole: async (hasSucceeded) => {
            const { subject } = await verifyArtifact(tag, { ...trust, registry: patientAccess });
            const digest = subject.manifestDigest;
            // A failure may come after the last step, such as a tag whose answer was lost for good.
            if (hasSucceeded) expect(digest).not.toBe(old.digest);
          },
        };
      },
    },
    {
      name: 'install',
      prepare: async (repository) => {
        const root = { luaRoot: join(temporaryDirectory(), 'lua') };
        const install = (version: string, registry: RegistryAccess): Promise<unknown> =>
          installPlugins([`${repository}:${version}`], { ...trust, registry, root });
        await publish(`${repository}:${OLD}`, OLD, patientAccess);
        await publish(`${repository}:${NEW}`, NEW, patientAccess);
        await install(OLD, patientAccess);
        return {
          run: () => install(NEW, hastyAccess),
          expectWhole: async (hasSucceeded) => {
            expect(installed(root.luaRoot)).toEqual([`my-plugin ${hasSucceeded ? NEW : OLD}`]);
            expect(allDrift(root.luaRoot)).toEqual([]);
            return Promise.resolve();
          },
        };
      },
    },
    {
      name: 'copy',
      prepare: async (repository) => {
        // By another name of the host, so that nothing is mounted: every byte passes twice.
        const tag = `${repository.replace('127.0.0.1', 'localhost')}-far:stable`;
        const copy = (version: string, registry: RegistryAccess): Promise<unknown> =>
          copyArtifacts([`${repository}:${version}`], tag, { registry, force: true });
        const old = await publish(`${repository}:${OLD}`, OLD, patientAccess);
        const next = await publish(`${repository}:${NEW}`, NEW, patientAccess);
        await copy(OLD, patientAccess);
        return {
          run: () => copy(NEW, hastyAccess),
          expectWhole: async (hasSucceeded) => {
            const { subject } = await verifyArtifact(tag, { ...trust, registry: patientAccess });
            const wanted = hasSucceeded ? [next.digest] : [old.digest, next.digest];
            expect(wanted).toContain(subject.manifestDigest);
            expect(subject.trust).toMatchObject({ signers: [{ formats: ['legacy', 'bundle'] }] });
          },
        };
      },
    },
  ];
}
