import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const made: string[] = [];
const PARENT = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

afterAll(() => {
  for (const directory of made) rmSync(directory, { recursive: true, force: true });
});

/** A temporary directory in memory where there is one: these tests fsync ten thousand times. */
export function memoryDirectory(): string {
  const directory = mkdtempSync(join(PARENT, 'kongcrate-test-'));
  // As the directories above a Lua root are: Kong's workers go through them.
  chmodSync(directory, 0o755);
  made.push(directory);
  return directory;
}
