import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterThisFile } from './clean-up.ts';

/** An empty directory of this test file's own, removed after its last test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'kongcrate-test-'));
  // As the directories above a Lua root are: Kong's workers go through them.
  chmodSync(directory, 0o755);
  afterThisFile(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  return directory;
}
