import { runCommandLine } from './run-command-line.ts';

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
  if (error.code !== 'EPIPE') throw error;
});

void runCommandLine(process.argv.slice(2), {
  environment: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: controller.signal,
}).then((exitCode) => {
  process.exitCode = exitCode === 130 ? (signalExitCode ?? exitCode) : exitCode;
});
