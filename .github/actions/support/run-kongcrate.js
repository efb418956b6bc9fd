import { spawnSync } from 'node:child_process';

const MAX_OUTPUT_BYTES = 64 << 20;

/**
 * Runs a command of kongcrate to its end.
 * @param call {command, flags, operands, stdin}
 * @returns what it said besides, and its JSON, or the exit status with the error that it told as JSON
 */
export function runKongcrate([program, ...before], { command, flags, operands, stdin = '' }) {
  const args = [...before, command, '--json', ...flags, '--', ...operands];
  const done = spawnSync(program, args, {
    input: stdin,
    encoding: 'utf8',
    maxBuffer: MAX_OUTPUT_BYTES,
  });
  if (done.error) throw new Error(`${program} does not run: ${done.error.message}`);
  const { status, signal, stdout, stderr } = done;
  if (status === 0) return { result: JSON.parse(stdout), said: stderr };
  const ending = signal === null ? `exit status ${status}` : signal;
  return { status: status ?? 1, ...readError(stderr, `kongcrate ${command} ended by ${ending}`) };
}

/** The error stands at the end, whatever a program that it runs said before. */
function readError(stderr, ending) {
  const start = stderr.lastIndexOf('\n{') + 1;
  try {
    const { code, message, remedy } = JSON.parse(stderr.slice(start)).error;
    return { said: stderr.slice(0, start), error: { code, message, remedy } };
  } catch {
    const error = { code: 'UNKNOWN', message: ending, remedy: 'Read what it said in the log.' };
    return { said: stderr, error };
  }
}
