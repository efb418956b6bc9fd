import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { checkInstallRoot, prepareInstallRoot } from '../../src/install/install-root.ts';
import { acquireMutex, type Mutex } from '../../src/install/mutex.ts';
import { describeHolder, type MutexHolder } from '../../src/install/mutex-holder.ts';
import { expectError } from '../support/expect-error.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { interceptOperations } from './intercept-operations.ts';
import { leftInTmp } from './look-at-node.ts';

let luaRoot: string;
let path: string;
beforeEach(() => {
  luaRoot = temporaryDirectory();
  path = join(luaRoot, '.kongcrate/mutex');
  prepareInstallRoot(checkInstallRoot({ luaRoot }));
});

const acquire = (lockWaitMs = 0, signal?: AbortSignal): Promise<Mutex> =>
  acquireMutex(checkInstallRoot({ luaRoot, lockWaitMs }), signal);

const self = (changes: Partial<MutexHolder> = {}): MutexHolder => ({
  ...describeHolder(new Date()),
  ...changes,
});

const heldBy = (holder: MutexHolder): void => {
  writeFileSync(path, JSON.stringify(holder));
};

/** A pid that was in use a moment ago and is not any more. */
const endedPid = (): number => spawnSync('true').pid;

describe('acquireMutex', () => {
  it('is held by one at a time, and free again after its release', async () => {
    const mutex = await acquire();
    mutex.assertHeld();
    const error = await expectError(() => acquire(), 'NODE_BUSY');
    expect(error.details).toMatchObject({ pid: process.pid });
    expect(error.retryable).toBe(true);
    mutex.release();
    expect(mutex.isHeld()).toBe(false);
    (await acquire()).release();
    expect(leftInTmp(luaRoot)).toEqual([]);
  });

  it('waits for whoever has it', async () => {
    const mutex = await acquire();
    const next = acquire(30_000);
    mutex.release();
    (await next).assertHeld();
  });

  it.each<[string, () => Partial<MutexHolder>]>([
    ['whose process ended', () => ({ pid: endedPid() })],
    ['whose pid belongs to a later process', () => ({ startTicks: '1' })],
    ['from before the machine was started', () => ({ bootId: 'another boot', pidNamespace: 'x' })],
  ])('takes over one %s', async (_, changes) => {
    heldBy(self(changes()));
    (await acquire()).assertHeld();
    expect(leftInTmp(luaRoot)).toEqual([]);
  });

  it.each<[string, () => Partial<MutexHolder>]>([
    ['that runs', () => ({})],
    ['of another pid namespace', () => ({ pid: endedPid(), pidNamespace: 'pid:[1]' })],
    ['that left no start time, as where there is no /proc', () => ({ startTicks: '' })],
  ])('waits for one %s, then gives up', async (_, changes) => {
    heldBy(self(changes()));
    await expectError(() => acquire(), 'NODE_BUSY');
  });

  it('never takes over what it cannot read', async () => {
    writeFileSync(path, '{"pid":1,"nonce":"../../x"}');
    const error = await expectError(() => acquire(), 'NODE_BUSY');
    expect(error.remedy).toContain(`remove ${path}`);
  });

  it('stops waiting when it is interrupted', async () => {
    const mutex = await acquire();
    const controller = new AbortController();
    const waiting = acquire(600_000, controller.signal);
    controller.abort();
    await expectError(() => waiting, 'INTERRUPTED');
    mutex.assertHeld();
  });

  it('lets one of many take over a stale one, at every interleaving of two', async () => {
    // The second taker runs whole between any two operations of the first.
    for (let pauseAt = 0; ; pauseAt += 1) {
      heldBy(self({ pid: endedPid() }));
      let second: Promise<Mutex> | undefined;
      const files = interceptOperations(({ index, run }) => {
        if (index === pauseAt) second = acquire();
        run();
      });
      const first = acquireMutex(checkInstallRoot({ luaRoot, files, lockWaitMs: 0 }));
      const results = await Promise.allSettled([first, second ?? acquire()]);
      const holders = results.flatMap((result) =>
        result.status === 'fulfilled' && result.value.isHeld() ? [result.value] : [],
      );
      const winners = results.filter(({ status }) => status === 'fulfilled');
      expect(winners.length, `paused at ${pauseAt}`).toBeLessThanOrEqual(1);
      expect(holders).toHaveLength(winners.length);
      if (!second) break;
      for (const holder of holders) holder.release();
    }
  });

  it('takes over the claim of a taker that was killed in the middle', async () => {
    const stale = self({ pid: endedPid() });
    heldBy(stale);
    const claim = join(luaRoot, `.kongcrate/tmp/claim-${stale.nonce}`);
    mkdirSync(join(luaRoot, '.kongcrate/tmp'), { recursive: true });
    writeFileSync(claim, JSON.stringify(self({ pid: endedPid() })));
    const mutex = await acquire();
    mutex.assertHeld();
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ pid: process.pid });
    expect(leftInTmp(luaRoot)).toEqual([]);
  });

  it('tells a holder that it lost the mutex', async () => {
    const mutex = await acquire();
    heldBy(self());
    await expectError(() => {
      mutex.assertHeld();
    }, 'NODE_BUSY');
    mutex.release();
    expect(readFileSync(path, 'utf8')).not.toBe('');
  });
});
