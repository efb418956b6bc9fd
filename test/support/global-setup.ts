import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Tests of the command line run the built program. Says so where it is missing or older than its
 * sources; with CI set that is a failure, as a test of old bytes would prove nothing.
 */
export function setup(): void {
  const check = spawnSync(process.execPath, [`${ROOT}scripts/set-up.js`, '--check']);
  const peers = existsSync(`${ROOT}.cache/peers/peers.json`) ? '' : 'set-up: no peers\n';
  const problems = `${check.stderr.toString()}${peers}`;
  if (problems === '') return;
  const text = `${problems}Run: node scripts/set-up.js --peers\n`;
  if (process.env['CI']) throw new Error(text);
  process.stderr.write(text);
}
