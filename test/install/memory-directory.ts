import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterThisFile } from '../support/clean-up.ts';

const PARENT = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** A temporary directory in memory where there is one: these tests fsync ten thousand times. */
export function memoryDirectory(): string {
  const directory = mkdtempSync(join(PARENT, 'kongcrate-test-'));
  // As the directories above a Lua root are: Kong's workers go through them.
  chmodSync(directory, 0o755);
  afterThisFile(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  return directory;
}
