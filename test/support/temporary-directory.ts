import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const made: string[] = [];

afterAll(() => {
  for (const directory of made) rmSync(directory, { recursive: true, force: true });
});

/** An empty directory of this test file's own, removed after its last test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'kongcrate-test-'));
  // As the directories above a Lua root are: Kong's workers go through them.
  chmodSync(directory, 0o755);
  made.push(directory);
  return directory;
}
