import { createInterface } from 'node:readline';
import { followReference } from '../../../src/workflows/lock/follow-reference.ts';
import { readConfiguration } from '../../../src/workflows/configuration/read-configuration.ts';
import type { Clock } from '../../../src/workflows/watch/clock.ts';
import type { WatchHealth } from '../../../src/workflows/watch/watch-health.ts';
import { watchNode } from '../../../src/workflows/watch/watch-node.ts';

/** What a node of a fleet is; the parent hands it over as JSON. */
export interface FleetTask {
  readonly configuration: string;
  readonly luaRoot: string;
  readonly lockReference: string;
  readonly startMs: number;
  readonly intervalMs: number;
  readonly splayMs: number;
}

const task = JSON.parse(process.argv[2] ?? '{}') as FleetTask;
const controller = new AbortController();
let nowMs = task.startMs;
let untilMs = task.startMs;
let health: WatchHealth | undefined;
let goOn = (): void => undefined;

/** Time goes on as far as the parent says; who waits for longer says how the node is. */
const clock: Clock = {
  now: () => new Date(nowMs),
  random: Math.random,
  wait: async (delayMs) => {
    const targetMs = nowMs + delayMs;
    while (targetMs > untilMs) {
      process.stdout.write(`${JSON.stringify(health ?? {})}\n`);
      await new Promise<void>((resolve) => {
        goOn = resolve;
      });
      controller.signal.throwIfAborted();
    }
    nowMs = targetMs;
  },
};

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  untilMs = Number(line);
  goOn();
});
lines.on('close', () => {
  controller.abort();
  goOn();
});

const { configuration, luaRoot, lockReference, intervalMs, splayMs } = task;
const options = {
  ...{ root: { luaRoot }, registry: { plainHttp: true } },
  ...{ signal: controller.signal, allowDowngrade: true },
};
await watchNode({
  ...options,
  ...{ clock, intervalMs, splayMs },
  configuration: () => readConfiguration(configuration),
  source: followReference(lockReference, options),
  onRound: (after) => {
    health = after;
  },
});
