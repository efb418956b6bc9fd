import { KongcrateError } from '../../src/errors/kongcrate-error.ts';
import { installPlugins } from '../../src/install/install-plugins.ts';
import { rollbackPlugins } from '../../src/install/rollback-plugins.ts';
import { compareVersions, makeInstallable } from '../support/make-installable.ts';
import { Random } from '../support/random.ts';

/** What a busy child works on; the parent hands it over as JSON. */
export interface BusyTask {
  readonly luaRoot: string;
  readonly seed: number;
  /** The plugins it installs and takes back, some at a time. */
  readonly names: readonly string[];
  /** Stands in every version it makes, so that no other child makes the same. */
  readonly label: string;
  /** Whether a rollback takes back one plugin, or everything that the last change did. */
  readonly rollback: 'plugin' | 'generation';
  /** When it stops; without it, it works until it is killed. */
  readonly workMs?: number;
}

/** The lines a busy child prints: what it is about to do, and how it ended. */
export type BusyLine =
  | { readonly about: 'install'; readonly names: readonly string[]; readonly version: string }
  | { readonly about: 'rollback'; readonly names: readonly string[] }
  | { readonly done: true; readonly versions: Readonly<Record<string, string>> }
  | { readonly refused: string };

const task = JSON.parse(process.argv[2] ?? '{}') as BusyTask;
const random = new Random(task.seed);
const root = { luaRoot: task.luaRoot };

function say(line: BusyLine): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

async function install(version: string): Promise<Record<string, string>> {
  const names = random.sample(task.names, 1 + random.below(task.names.length));
  say({ about: 'install', names, version });
  const requests = names.map((name) => ({
    ...makeInstallable({ name, version }),
    allowDowngrade: true,
  }));
  await installPlugins(root, requests, { compareVersions });
  return Object.fromEntries(names.map((name) => [name, version]));
}

async function rollBack(): Promise<Record<string, string>> {
  const name = random.pick(task.names);
  say({ about: 'rollback', names: [name] });
  const { plugins } = await rollbackPlugins(root, {
    ...(task.rollback === 'plugin' ? { name } : {}),
    authorize: () => Promise.resolve(),
  });
  return Object.fromEntries(plugins.map((plugin) => [plugin.name, plugin.version ?? 'absent']));
}

async function work(): Promise<void> {
  const endMs = performance.now() + (task.workMs ?? Infinity);
  for (let step = 1; performance.now() < endMs; step += 1)
    try {
      const isRollback = random.chance(0.3);
      const versions = await (isRollback ? rollBack() : install(`${task.label}.${step}`));
      say({ done: true, versions });
    } catch (error) {
      if (!(error instanceof KongcrateError)) throw error;
      say({ refused: error.code });
      if (error.code !== 'NOTHING_TO_ROLL_BACK') throw error;
    }
}

void work();
