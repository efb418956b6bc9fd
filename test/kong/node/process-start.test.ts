import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { readProcessStart } from '../../../src/kong/node/process-start.ts';

it('tells when a process began, between what came before and what came after', async () => {
  const beforeMs = Date.now();
  const child = spawn('sleep', ['60']);
  await once(child, 'spawn');
  const startMs = readProcessStart(child.pid ?? 0) ?? 0;
  const afterMs = Date.now();
  child.kill('SIGKILL');
  await once(child, 'close');
  // Both clocks that it is counted by go in hundredths of a second.
  expect(startMs).toBeGreaterThan(beforeMs - 40);
  expect(startMs).toBeLessThan(afterMs + 40);
  expect(readProcessStart(child.pid ?? 0)).toBeUndefined();
});
