import type { Clock } from '../../../src/workflows/watch/clock.ts';

/**
 * A clock that stands still until somebody waits: then it is later at once. What the script has for
 * the next wait is done before.
 */
export class ScriptedClock implements Clock {
  /** Every wait, in milliseconds. */
  readonly waits: number[] = [];
  readonly #script: (() => unknown)[];
  readonly #controller: AbortController;
  #nowMs: number = Date.parse('2026-01-01T00:00:00Z');

  /** @param script what happens during one wait after the other; behind the last one it stops */
  constructor(controller: AbortController, script: readonly (() => unknown)[]) {
    this.#controller = controller;
    this.#script = [...script];
  }

  now(): Date {
    return new Date(this.#nowMs);
  }

  random(): number {
    return 0.5;
  }

  readonly wait: Clock['wait'] = async (delayMs, signal) => {
    this.waits.push(delayMs);
    this.#nowMs += delayMs;
    const step = this.#script.shift();
    if (step) await step();
    else this.#controller.abort();
    signal?.throwIfAborted();
  };
}
