/**
 * Brings a clone to the state its sources ask for, and does nothing where it is there already:
 * dependencies, the build and, with --peers, the programs that tests compare with. With --check it
 * changes nothing and fails with the names of what is stale.
 */
import { existsSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runCommand } from './support/run-command.js';
import { runScript } from './support/run-script.js';
import { hashOf, stampHolds, writeStamp } from './support/stamp.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Nothing of it depends on the Node.js: tests of another one use what is there. */
const MACHINE = [process.platform, process.arch];

const STEPS = [
  {
    name: 'dependencies',
    result: 'node_modules/.package-lock.json',
    inputs: ['package-lock.json'],
    // NODE_ENV=production would leave out the tools that the build needs.
    command: ['npm', 'ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'],
  },
  {
    name: 'build',
    result: 'dist/THIRD-PARTY',
    inputs: [
      'src',
      'bin',
      'scripts/build.js',
      'scripts/support',
      'package.json',
      'package-lock.json',
      'tsconfig.json',
      'tsconfig.build.json',
    ],
    command: [process.execPath, 'scripts/build.js'],
  },
];

const say = (text) => {
  process.stderr.write(`set-up: ${text}\n`);
};

async function setUp({ name, inputs, command: [program, ...args] }) {
  say(`${name}: ${[program === process.execPath ? 'node' : program, ...args].join(' ')}`);
  const hash = hashOf(inputs, MACHINE);
  rmSync(`${ROOT}/.cache/${name}.stamp`, { force: true });
  await runCommand(program, args, { cwd: ROOT });
  writeStamp(name, hash);
}

const isStale = ({ name, result, inputs }) =>
  !existsSync(`${ROOT}/${result}`) || !stampHolds(name, hashOf(inputs, MACHINE));

async function main(flags) {
  const stale = STEPS.filter(isStale);
  if (flags.includes('--check')) {
    for (const { name } of stale) say(`${name} is missing or older than its sources`);
    if (stale.length > 0) process.exitCode = 1;
    return;
  }
  for (const step of stale) await setUp(step);
  if (flags.includes('--peers')) await import('./set-up-peers.js');
}

await runScript(() => main(process.argv.slice(2)));
