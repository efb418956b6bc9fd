import { VERSION } from './version.ts';

const controller = new AbortController();
let signalExitCode: number | undefined;
const interrupt = (exitCode: number) => (): void => {
  // The second signal ends the process at once; the first one lets the work end in good order.
  if (signalExitCode !== undefined) process.exit(exitCode);
  signalExitCode = exitCode;
  controller.abort();
};
process.on('SIGINT', interrupt(130));
process.on('SIGTERM', interrupt(143));
// A reader that closes early, such as `head`, is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return;
  process.stderr.write(`error: stdout cannot be written (${error.message})\n`);
  process.stderr.write('  → The command itself was done; see kongcrate status or inspect.\n');
  process.exit(1);
});
// Node ends with 0 when nothing is left to wait for, even while a command still waits.
process.exitCode = 1;
const stall = (): void => {
  process.stderr.write('error: the command ended before its work was done\n');
  process.stderr.write('  → This is a fault of kongcrate: report it with the command.\n');
};
process.once('beforeExit', stall);

/** Scripts ask for the version often: no parser is loaded for that. */
async function run(given: readonly string[]): Promise<number> {
  if (given.length === 1 && ['--version', '-V'].includes(given[0] ?? '')) {
    process.stdout.write(`${VERSION}\n`);
    return 0;
  }
  const { runCommandLine } = await import('./run-command-line.ts');
  return runCommandLine(given, {
    environment: process.env,
    // Opened by the first who reads it: most commands do not, and it takes time at each start.
    get stdin() {
      return process.stdin;
    },
    stdout: process.stdout,
    stderr: process.stderr,
    signal: controller.signal,
  });
}

void run(process.argv.slice(2)).then((exitCode) => {
  process.off('beforeExit', stall);
  process.exitCode = exitCode === 130 ? (signalExitCode ?? exitCode) : exitCode;
});
