import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readLogText } from '../../../src/kong/doctor/log-text.ts';
import { run } from '../../support/run.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

it('reads a log, and waits for no FIFO that was put in its place', async () => {
  const directory = temporaryDirectory();
  const [name, pipe] = [join(directory, 'error.log'), join(directory, 'pipe')];
  writeFileSync(name, 'a line\n');
  await run('mkfifo', [pipe]);
  expect(readLogText(name)).toEqual({ name, text: 'a line\n', isWhole: true });
  expect(readLogText(pipe)).toBeUndefined();
});
