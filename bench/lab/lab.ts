import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { peer } from '../../test/support/peer-programs.ts';
import { startRegistryProcess, type DockerRegistry } from '../../test/support/registry-process.ts';
import { ownFlow, seedFlow, type Flow, type FlowContext } from './flow.ts';
import { makeKeys } from './make-keys.ts';
import { Meter, type Usage } from './meter.ts';
import type { Plugin } from './payload.ts';

/** Where an experiment's files are: a disk is noisy, and many small files are slow there. */
export type Place = 'memory' | 'disk';

/** What an experiment works with: an empty registry, keys, and both flows. */
export interface Lab {
  readonly meter: Meter;
  readonly registry: DockerRegistry;
  /** How the product is started. */
  readonly program: readonly string[];
  readonly context: FlowContext;
  readonly ours: Flow;
  readonly seed: Flow;
  readonly seedOfCosign2: Flow;
  /** A new empty directory. */
  directory(): string;
}

/** Runs `work` in a lab of its own, and leaves nothing of it. */
export async function withLab<Result>(
  program: readonly string[],
  place: Place,
  work: (lab: Lab) => Promise<Result>,
): Promise<Result> {
  const parent = place === 'memory' && existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  const home = mkdtempSync(join(parent, 'kongcrate-bench-'));
  // As the directories above a Lua root are: Kong's workers go through them.
  chmodSync(home, 0o755);
  const remove = (): void => {
    rmSync(home, { recursive: true, force: true });
  };
  process.once('exit', remove);
  try {
    return await inDirectory(home, program, work);
  } finally {
    process.off('exit', remove);
    remove();
  }
}

async function inDirectory<Result>(
  home: string,
  program: readonly string[],
  work: (lab: Lab) => Promise<Result>,
): Promise<Result> {
  const [store, keys] = [join(home, 'registry'), join(home, 'keys')];
  mkdirSync(store);
  mkdirSync(keys);
  // Nothing else is handed on: NODE_EXTRA_CA_CERTS alone costs Node 34 ms a start.
  const environment = { PATH: '/usr/bin:/bin', HOME: home, COSIGN_PASSWORD: 'bench' };
  const context = { keys, environment };
  const meter = new Meter();
  const registry = await startRegistryProcess(store);
  const stop = (): Promise<void> => {
    meter.stop();
    return registry.stop();
  };
  const abandon = (): void => {
    void stop();
  };
  process.once('exit', abandon);
  let directories = 0;
  try {
    await makeKeys(meter, context);
    const lab: Lab = {
      ...{ meter, registry, program, context },
      ...flowsOf(program, context),
      directory: () => {
        const path = join(home, `work-${(directories += 1)}`);
        mkdirSync(path);
        return path;
      },
    };
    return await work(lab);
  } finally {
    process.off('exit', abandon);
    await stop();
  }
}

function flowsOf(
  program: readonly string[],
  context: FlowContext,
): Pick<Lab, 'ours' | 'seed' | 'seedOfCosign2'> {
  const crane = peer('crane');
  const cosign3 = {
    name: 'cosign 3',
    path: peer('cosign3'),
    signFlags: `--signing-config ${join(context.keys, 'signing.json')}`,
  };
  const cosign2 = { name: 'cosign 2', path: peer('cosign2'), signFlags: '--tlog-upload=false' };
  return {
    ours: ownFlow(program, context),
    seed: seedFlow(cosign3, crane, context),
    seedOfCosign2: seedFlow(cosign2, crane, context),
  };
}

/** Publishes a plugin to a repository that is new. */
export async function publishAnew(
  lab: Lab,
  flow: Flow,
  { plugin, host = lab.registry.host }: { readonly plugin: Plugin; readonly host?: string },
): Promise<Usage & { readonly reference: string }> {
  const work = lab.directory();
  const repository = `${host}/acme/${plugin.name}-${work.split('-').at(-1) ?? ''}`;
  const usage = await lab.meter.run(flow.publish(plugin, `${repository}:1.0.0`, work));
  rmSync(work, { recursive: true });
  const reference = usage.printed[0]?.trim().split('\n').at(-1) ?? '';
  return { ...usage, reference };
}

/** Installs into a Lua root that is new. */
export async function installAnew(
  lab: Lab,
  flow: Flow,
  references: readonly string[],
): Promise<Usage> {
  const work = lab.directory();
  const usage = await lab.meter.run(flow.install(references, work));
  rmSync(work, { recursive: true });
  return usage;
}
