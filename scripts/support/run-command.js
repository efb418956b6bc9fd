import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/**
 * Runs a program to its end and gives what it wrote, stdout before stderr. A failure's message
 * holds the command and the program's own words, since nothing was shown while it ran.
 */
export async function runCommand(command, args, options = {}) {
  try {
    const { stdout, stderr } = await execute(command, args, { maxBuffer: 64 << 20, ...options });
    return { stdout, output: `${stdout}${stderr}` };
  } catch (error) {
    const said = `${error.stdout ?? ''}${error.stderr ?? ''}`.trim() || error.message;
    throw new Error(`${[command, ...args].join(' ')} failed:\n${said}`);
  }
}
