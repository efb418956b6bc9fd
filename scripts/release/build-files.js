/**
 * Builds all that a release has to download: the npm package, the executables, their licences, and
 * the checksums of all these. Two builds of one commit give the same bytes.
 *
 *   node scripts/release/build-files.js DIRECTORY [x64] [arm64]
 */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from '../support/run-command.js';
import { runScript } from '../support/run-script.js';
import { writeChecksums } from './checksums.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

await runScript(async () => {
  const [target, ...architectures] = process.argv.slice(2);
  if (target === undefined) throw new Error('name the directory to build into');
  const directory = resolve(target);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  await runCommand('npm', ['pack', '--pack-destination', directory], { cwd: ROOT });
  const build = ['scripts/build-executable.js', '--out', directory, ...architectures];
  await runCommand(process.execPath, build, { cwd: ROOT });
  await writeChecksums(directory, readdirSync(directory));
});
