#!/usr/bin/env node
/**
 * A stand-in for Kong Gateway 3.9.3 in tests: its commands, its configuration, its processes and
 * servers, and above all what it says when something is wrong.
 */
import { parseArguments } from './commands/parse-arguments.js';
import { COMMANDS } from './commands/commands.js';

async function main(argv) {
  const { command, options } = parseArguments(argv);
  const run = COMMANDS[command];
  if (run === undefined) throw new Error(`unknown command: ${command}`);
  await run(options);
}

// The real command line runs inside nginx, which looks at signals between events only.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => undefined);

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(
    `Error: ${error.message}\n\n  Run with --v (verbose) or --vv (debug) for more details\n`,
  );
  process.exitCode = 1;
}
