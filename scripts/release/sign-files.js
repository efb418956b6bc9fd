/**
 * Signs the files of a release with kongcrate itself, each into FILE.sigstore.json, and then the
 * checksums: as the workflow that runs it, or with `--key`.
 *
 *   node scripts/release/sign-files.js DIRECTORY [flags of kongcrate sign]
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from '../support/run-command.js';
import { runScript } from '../support/run-script.js';
import { CHECKSUMS, checkChecksums } from './checksums.js';

const PROGRAM = fileURLToPath(new URL('../../bin/kongcrate.js', import.meta.url));

await runScript(async () => {
  const [directory, ...flags] = process.argv.slice(2);
  if (directory === undefined) throw new Error('name the directory of the files');
  for (const name of [...(await checkChecksums(directory)), CHECKSUMS]) {
    const file = join(directory, name);
    const sign = ['sign', file, '--bundle', `${file}.sigstore.json`, ...flags];
    await runCommand(process.execPath, [PROGRAM, ...sign]);
  }
});
