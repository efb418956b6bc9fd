import { setTimeout } from 'node:timers/promises';
import type { TestRegistry } from './test-registry.ts';

/** So often nothing new has come in a row: a client that could send more would have done so. */
const QUIET_TURNS = 40;

/**
 * Does work with a registry that holds every request until no other one comes, and then answers all
 * of them: as a link with an endless delay would. The client runs in this process, so that a slow
 * machine slows its turns and these alike.
 * @returns how many times it answered: the requests that had to wait for one another
 */
export async function countRounds(
  registry: TestRegistry,
  work: () => Promise<unknown>,
): Promise<number> {
  const held: (() => void)[] = [];
  const task = { isDone: false };
  let arrivals = 0;
  const before = (): Promise<void> | undefined => {
    arrivals += 1;
    return task.isDone ? undefined : new Promise((release) => held.push(release));
  };
  for (const method of ['GET', 'HEAD', 'POST', 'PATCH', 'PUT'])
    registry.next(method, /./, { before }, Infinity);
  const done = work().finally(() => {
    task.isDone = true;
  });
  let rounds = 0;
  while (!task.isDone) {
    const seen = arrivals;
    for (let turn = 0; turn < QUIET_TURNS && arrivals === seen; turn += 1) await setTimeout(1);
    if (arrivals !== seen || held.length === 0) continue;
    rounds += 1;
    for (const release of held.splice(0)) release();
  }
  await done;
  return rounds;
}
