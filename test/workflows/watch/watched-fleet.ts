import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { expect } from 'vitest';
import { inParallel, mapInParallel } from '../../../src/content/in-parallel.ts';
import type { PrivateKey } from '../../../src/signing/private-key.ts';
import { copyArtifacts } from '../../../src/workflows/copy/copy-artifacts.ts';
import { readHistory } from '../../../src/workflows/read-history.ts';
import { readStatus } from '../../../src/workflows/read-status.ts';
import type { WatchHealth } from '../../../src/workflows/watch/watch-health.ts';
import { makeKey } from '../../signing/support.ts';
import { bundleProgram } from '../../support/bundle-program.ts';
import { startDockerRegistry, type DockerRegistry } from '../../support/docker-registry.ts';
import { readDockerLog } from '../../support/read-docker-log.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { Fleet } from '../lock/fleet.ts';
import { publishFleet } from '../lock/published-lock.ts';
import type { FleetTask } from './fleet-child.ts';

/** How many nodes are at work at once. */
const AT_ONCE = 8;
const START_MS = Date.parse('2026-01-01T00:00:00Z');
const PACE = { intervalMs: 300_000, splayMs: 60_000 };
const access = { registry: { plainHttp: true } };

interface ReleaseOptions {
  readonly isBroken?: boolean;
}

interface FleetNode {
  readonly luaRoot: string;
  /** Lets its time go on; gives how the node is then. */
  readonly goTo: (ms: number) => Promise<WatchHealth>;
  readonly stop: () => Promise<unknown>;
}

/** Nodes, each a process with its own root, that follow one lock of one registry. */
export class WatchedFleet {
  readonly #fleet: Fleet;
  readonly #keys: readonly [good: PrivateKey, stranger: PrivateKey];
  readonly #registry: DockerRegistry;
  readonly #nodes: FleetNode[] = [];
  #nowMs = START_MS;
  #published = 0;
  #seen = 0;

  private constructor(registry: DockerRegistry, keys: readonly [PrivateKey, PrivateKey]) {
    this.#registry = registry;
    this.#keys = keys;
    this.#fleet = new Fleet(keys[0]);
  }

  static async start(nodes: number): Promise<WatchedFleet> {
    const keys = [await makeKey(), await makeKey()] as const;
    const fleet = new WatchedFleet(await startDockerRegistry(), keys);
    const start = await bundleProgram(new URL('fleet-child.ts', import.meta.url), 'pipe');
    const configuration = join(fleet.#fleet.directory, 'node.yaml');
    const trust = "trust: {rules: [{match: '**', keys: [keys/0.pub]}]}\n";
    writeFileSync(configuration, `version: 1\n${trust}`);
    await inParallel(Array.from({ length: nodes }), AT_ONCE, async () => {
      const luaRoot = join(temporaryDirectory(), 'lua');
      const lockReference = fleet.#stable;
      const task: FleetTask = {
        ...{ configuration, luaRoot, lockReference, startMs: START_MS, ...PACE },
      };
      fleet.#nodes.push(await asNode(luaRoot, start(task)));
    });
    return fleet;
  }

  get #stable(): string {
    return `${this.#registry.host}/acme/fleet:stable`;
  }

  /** Locks a version and publishes the lock. A broken one is of a plugin that a stranger signed. */
  async release(version: string, { isBroken = false }: ReleaseOptions = {}): Promise<void> {
    const [good, stranger] = this.#keys;
    const place = `${this.#registry.host}/acme/alpha:${version}`;
    const digest = await this.#offer(place, version, good);
    this.#fleet.write([`reference: ${place}`]);
    await this.#fleet.lock([], { ...access, allowDowngrade: true });
    if (isBroken) {
      const other = await this.#offer(`${place}-other`, `${version}-other`, stranger);
      const text = readFileSync(this.#fleet.lockFile, 'utf8');
      writeFileSync(this.#fleet.lockFile, text.replace(digest, other));
    }
    this.#published += 1;
    const createdAt = new Date(START_MS + this.#published);
    await publishFleet(this.#fleet, this.#stable, { ...access, key: good, createdAt });
    this.#seen = (await readDockerLog(this.#registry)).length;
  }

  async #offer(place: string, version: string, key: PrivateKey): Promise<string> {
    const reference = await this.#fleet.publish({ name: 'alpha', version, key });
    const source = reference.replace('./dist', join(this.#fleet.directory, 'dist'));
    const [copied] = (await copyArtifacts([source], place, { ...access, force: true })).artifacts;
    return copied?.digest ?? '';
  }

  /** Lets the time go on by so many rounds without a failure, the longest that they can be. */
  async goOn(rounds: number): Promise<readonly WatchHealth[]> {
    this.#nowMs += rounds * (PACE.intervalMs + PACE.splayMs);
    return mapInParallel(this.#nodes, AT_ONCE, ({ goTo }) => goTo(this.#nowMs));
  }

  /** What all of the nodes sent since they were asked about last, or a lock was published. */
  async requests(): Promise<Readonly<Record<string, number>>> {
    const all = await readDockerLog(this.#registry);
    const counts: Record<string, number> = {};
    for (const { method } of all.slice(this.#seen)) counts[method] = (counts[method] ?? 0) + 1;
    this.#seen = all.length;
    return counts;
  }

  /** Expects every node to have this version, and to have changed so often. */
  expectAll(version: string, generation: number): void {
    for (const { luaRoot } of this.#nodes) {
      const { plugins } = readStatus({ luaRoot });
      expect(plugins).toMatchObject([{ name: 'alpha', version, drift: [] }]);
      expect(readHistory({ luaRoot }).generations[0]?.generation).toBe(generation);
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.#nodes.map(({ stop }) => stop()));
  }
}

async function asNode(
  luaRoot: string,
  child: ReturnType<Awaited<ReturnType<typeof bundleProgram>>>,
): Promise<FleetNode> {
  const { stdin, stdout } = child;
  if (!stdin || !stdout) throw new Error('a node has no pipes');
  const lines: Interface = createInterface({ input: stdout });
  const next = async (): Promise<WatchHealth> => {
    const [line] = (await once(lines, 'line')) as [string];
    return JSON.parse(line) as WatchHealth;
  };
  await next();
  return {
    luaRoot,
    goTo: (ms) => {
      const said = next();
      stdin.write(`${ms}\n`);
      return said;
    },
    stop: () => {
      const ended = once(child, 'close');
      stdin.end();
      return ended;
    },
  };
}
