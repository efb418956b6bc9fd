import fs, { existsSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { lockFile } from '../../src/system/lock-file.ts';
import { expectError } from '../support/expect-error.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

/** Every call by which a lock is looked at, made or removed. */
const CALLS = ['openSync', 'lstatSync', 'statSync', 'rmSync'] as const;

afterEach(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
});

/** A lock that was left behind long ago. */
function staleLock(): string {
  const path = join(temporaryDirectory(), 'lock');
  writeFileSync(path, '');
  utimesSync(path, 1, 1);
  return path;
}

/** Lets something happen right after the `nth` of our calls, as another process could. */
function interleave(nth: number, act: () => void): () => boolean {
  let calls = 0;
  for (const name of CALLS) {
    const real = fs[name] as (...args: unknown[]) => unknown;
    const call = (...args: unknown[]): unknown => {
      try {
        return real(...args);
      } finally {
        calls += 1;
        if (calls === nth) act();
      }
    };
    vi.spyOn(fs, name).mockImplementation(call);
  }
  syncBuiltinESMExports();
  return () => calls >= nth;
}

/** Takes the lock if that can be done at once. */
function attempt(path: string, holders: (() => void)[]): Promise<void> {
  return lockFile(path, { waitMs: -1 }).then(
    (release) => void holders.push(release),
    () => undefined,
  );
}

describe('a lock', () => {
  it('is waited for, and ends', async () => {
    const path = join(temporaryDirectory(), 'lock');
    const release = await lockFile(path);
    await expectError(() => lockFile(path, { waitMs: 0 }), 'NODE_BUSY');
    const next = lockFile(path);
    release();
    (await next)();
    expect(existsSync(path)).toBe(false);
  });

  it('that stayed behind is taken over, with the claim on it that stayed behind as well', async () => {
    const path = staleLock();
    const { ino, mtimeMs } = fs.lstatSync(path);
    const claim = `${path}.${ino}-${mtimeMs}`;
    writeFileSync(claim, '');
    await expectError(() => lockFile(path, { waitMs: 0 }), 'NODE_BUSY');
    utimesSync(claim, 1, 1);
    (await lockFile(path))();
    expect(readdirSync(dirname(path))).toEqual([]);
  });

  it('that stayed behind goes to one of two, whatever they do in between', async () => {
    for (let nth = 1; ; nth += 1) {
      const path = staleLock();
      const holders: (() => void)[] = [];
      let other: Promise<void> = Promise.resolve();
      const isReached = interleave(nth, () => {
        other = attempt(path, holders);
      });
      await attempt(path, holders);
      await other;
      const wasReached = isReached();
      vi.restoreAllMocks();
      syncBuiltinESMExports();
      expect(holders.length, `interleaved after call ${nth}`).toBeLessThanOrEqual(1);
      if (!wasReached) {
        expect(nth).toBeGreaterThan(5);
        break;
      }
      for (const release of holders) release();
      (await lockFile(path))();
      expect(readdirSync(dirname(path))).toEqual([]);
    }
  });

  it('is not ended by somebody who held it before', async () => {
    const path = join(temporaryDirectory(), 'lock');
    const slow = await lockFile(path);
    utimesSync(path, 1, 1);
    const release = await lockFile(path);
    slow();
    expect(existsSync(path)).toBe(true);
    release();
    expect(existsSync(path)).toBe(false);
  });

  it('is made in the place of nothing that is no file', async () => {
    const path = join(temporaryDirectory(), 'lock');
    symlinkSync('nowhere', path);
    const error = await expectError(() => lockFile(path), 'NOT_OURS');
    expect(error.details).toEqual({ reason: 'NOT_A_FILE', path });
  });
});
