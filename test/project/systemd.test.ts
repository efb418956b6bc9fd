import { cpSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { run } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const UNITS = fileURLToPath(new URL('../../examples/systemd', import.meta.url));
const hasSystemd = await run('systemd-analyze', ['--version']).then(
  ({ status }) => status === 0,
  () => false,
);

it.skipIf(!hasSystemd)('systemd takes the units of examples/systemd', async () => {
  const directory = temporaryDirectory();
  cpSync(UNITS, directory, { recursive: true });
  const files = readdirSync(directory).map((name) => join(directory, name));
  expect(files).toHaveLength(3);
  for (const file of files) {
    const text = readFileSync(file, 'utf8');
    // It has to be there to be taken.
    writeFileSync(file, text.replace('/usr/local/bin/kongcrate', process.execPath));
  }
  const { status, stderr } = await run('systemd-analyze', ['verify', '--man=no', ...files]);
  expect([status, stderr]).toEqual([0, '']);
  const broken = files.find((file) => file.endsWith('watch.service')) ?? '';
  writeFileSync(broken, readFileSync(broken, 'utf8').replace('ProtectSystem=', 'ProtectsSystem='));
  const refused = await run('systemd-analyze', ['verify', '--man=no', broken]);
  expect(refused.stderr).toContain('ProtectsSystem');
});
