import { spawn } from 'node:child_process';
import { findProgram, type Environment } from '../system/find-program.ts';

const OPENER = process.platform === 'darwin' ? 'open' : 'xdg-open';

/**
 * Opens a page in the user's browser, where there is a program for that. It goes on without us and
 * without our terminal, since it may be the browser itself.
 */
export function openBrowser(page: string, environment: Environment): void {
  const program = findProgram(OPENER, environment);
  if (program === undefined) return;
  const options = { env: { ...environment }, stdio: 'ignore', detached: true } as const;
  // The page is on the terminal too.
  spawn(program, [page], options)
    .on('error', () => undefined)
    .unref();
}
