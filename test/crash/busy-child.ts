import { KongcrateError } from '../../src/errors/kongcrate-error.ts';
import { holdPlugins } from '../../src/install/hold-plugins.ts';
import { installPlugins } from '../../src/install/install-plugins.ts';
import { removePlugins } from '../../src/install/remove-plugins.ts';
import { rollbackPlugins } from '../../src/install/rollback-plugins.ts';
import { compareVersions, makeInstallable } from '../support/make-installable.ts';
import { Random } from '../support/random.ts';

/** What a busy child works on; the parent hands it over as JSON. */
export interface BusyTask {
  readonly luaRoot: string;
  readonly seed: number;
  /** The plugins it installs, takes back, removes and holds, some at a time. */
  readonly names: readonly string[];
  /** Stands in every version it makes, so that no other child makes the same. */
  readonly label: string;
  /** One more, which is installed in the place of what somebody else may have put there. */
  readonly adopts?: string;
  /** Whether a rollback takes back one plugin, or everything that the last change did. */
  readonly rollback: 'plugin' | 'generation';
  /** When it stops: after so long, or so many changes; without them it works until it is killed. */
  readonly workMs?: number;
  readonly changes?: number;
  readonly keepGenerations?: number;
  /** Whether it sometimes leaves at once where another process is at work. */
  readonly isHasty?: true;
}

type About = 'install' | 'adopt' | 'rollback' | 'remove' | 'hold';

/** What a change made: versions by plugin, `absent` for one that it took out. */
export interface Done {
  readonly done: About;
  readonly versions: Readonly<Record<string, string>>;
  /** The generation it made; a hold makes none. */
  readonly generation?: number;
}

/** The lines a busy child prints: what it is about to do, and how it ended. */
export type BusyLine =
  | {
      readonly about: 'install' | 'adopt';
      readonly names: readonly string[];
      readonly version: string;
    }
  | { readonly about: 'rollback' | 'remove' | 'hold'; readonly names: readonly string[] }
  | Done
  | { readonly refused: string };

/** What another process, or nobody, may have made impossible meanwhile. */
const EXPECTED: readonly string[] = [
  'NOTHING_TO_ROLL_BACK',
  'NOT_FOUND',
  'NOT_OURS',
  'HELD',
  'NODE_BUSY',
];

const task = JSON.parse(process.argv[2] ?? '{}') as BusyTask;
const random = new Random(task.seed);

function say(line: BusyLine): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

type Root = Parameters<typeof installPlugins>[0];

function rootOfStep(): Root {
  const { luaRoot, keepGenerations, isHasty } = task;
  return {
    luaRoot,
    ...(keepGenerations === undefined ? {} : { keepGenerations }),
    ...(isHasty && random.chance(0.3) ? { lockWaitMs: 0 } : {}),
  };
}

function installSome(root: Root, version: string): Promise<Done> {
  const names = random.sample(task.names, 1 + random.below(task.names.length));
  return install(root, 'install', { names, version });
}

async function install(
  root: Root,
  about: 'install' | 'adopt',
  { names, version }: { readonly names: readonly string[]; readonly version: string },
): Promise<Done> {
  say({ about, names, version });
  const requests = names.map((name) => makeInstallable({ name, version, allowDowngrade: true }));
  const options = { compareVersions, unhold: true, adopt: about === 'adopt' };
  const { generation } = await installPlugins(root, requests, options);
  const versions = Object.fromEntries(names.map((name) => [name, version]));
  return { done: about, versions, generation };
}

async function rollBack(root: Root): Promise<Done> {
  const name = random.pick(task.names);
  say({ about: 'rollback', names: [name] });
  const { plugins, generation } = await rollbackPlugins(root, {
    ...(task.rollback === 'plugin' ? { name } : {}),
    authorize: () => Promise.resolve(),
  });
  const versions = plugins.map((plugin) => [plugin.name, plugin.version ?? 'absent']);
  return {
    done: 'rollback',
    versions: Object.fromEntries(versions) as Done['versions'],
    generation,
  };
}

async function remove(root: Root): Promise<Done> {
  const { names: own, adopts } = task;
  const names = random.sample([...own, ...(adopts === undefined ? [] : [adopts])], 1);
  say({ about: 'remove', names });
  const { generation } = await removePlugins(root, names, { authorize: () => undefined });
  const versions = Object.fromEntries(names.map((name) => [name, 'absent']));
  return { done: 'remove', versions, generation };
}

async function hold(root: Root): Promise<Done> {
  const names = [random.pick(task.names)];
  say({ about: 'hold', names });
  await holdPlugins(root, names, { reason: task.label });
  return { done: 'hold', versions: {} };
}

function change(step: number): Promise<Done> {
  const [root, chance, version] = [rootOfStep(), random.next(), `${task.label}.${step}`];
  if (chance < 0.2) return rollBack(root);
  if (chance < 0.35) return remove(root);
  if (chance < 0.45) return hold(root);
  if (chance < 0.6 && task.adopts !== undefined)
    return install(root, 'adopt', { names: [task.adopts], version });
  return installSome(root, version);
}

async function work(): Promise<void> {
  const { workMs = Infinity, changes = Infinity } = task;
  const endMs = performance.now() + workMs;
  for (let step = 1; step <= changes && performance.now() < endMs; step += 1)
    try {
      say(await change(step));
    } catch (error) {
      if (!(error instanceof KongcrateError)) throw error;
      say({ refused: error.code });
      if (!EXPECTED.includes(error.code)) throw error;
    }
}

void work();
