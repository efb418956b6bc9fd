import { PassThrough, Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { runCommandLine } from '../../src/cli/run-command-line.ts';

it('opens stdin only for commands that read it', async () => {
  let opened = 0;
  const sink = new PassThrough().resume();
  const surroundings = {
    environment: {},
    get stdin() {
      opened++;
      return Readable.from([]);
    },
    stdout: sink,
    stderr: sink,
    signal: new AbortController().signal,
  };
  expect(await runCommandLine(['version'], surroundings)).toBe(0);
  expect(opened).toBe(0);
  expect(await runCommandLine(['doctor', '--log', '-'], surroundings)).not.toBe(2);
  expect(opened).toBeGreaterThan(0);
});
