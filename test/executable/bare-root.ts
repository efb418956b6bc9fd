import { chownSync, copyFileSync, mkdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { run, type RunResult } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import type { Machine } from './machine.ts';

const NOBODY = 65_534;

export interface BareRoot {
  /** The root, to put files into. */
  readonly directory: string;
  /** Its /writable, as it is called outside. */
  readonly writable: string;
  /**
   * Runs kongcrate there, as nobody; of all files only those in /writable can be written.
   * @param variables its whole environment, as `NAME=value`
   */
  call(args: readonly string[], variables?: readonly string[]): Promise<RunResult>;
}

/** Enters the root in a mount namespace of its own, where it is read-only and /writable is not. */
const ENTER = `
mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && mount --bind "$1" "$0/writable" || exit 125
shift
exec chroot --userspec=${NOBODY}:${NOBODY} "$0" "$@"
`;

/** Makes a root directory that holds an executable and its libraries: no /proc, /dev, /etc or shell. */
export function makeBareRoot(machine: Machine): BareRoot {
  const { executable, emulator, interpreter, libraries } = machine;
  const directory = join(temporaryDirectory(), 'root');
  const put = (source: string, target: string): void => {
    mkdirSync(dirname(join(directory, target)), { recursive: true });
    copyFileSync(source, join(directory, target));
  };
  put(interpreter.source, interpreter.path);
  for (const library of libraries) put(library, join('lib', basename(library)));
  put(executable, 'kongcrate');
  if (emulator !== undefined) put(emulator, 'emulator');
  mkdirSync(join(directory, 'writable'));
  const writable = temporaryDirectory();
  chownSync(writable, NOBODY, NOBODY);
  const start = emulator === undefined ? ['/kongcrate'] : ['/emulator', '/kongcrate'];
  return {
    directory,
    writable,
    call: (args, variables = []) => {
      const command = [...start, ...args];
      const enter = ['-c', ENTER, directory, writable, ...command];
      return run('env', ['-i', ...variables, 'unshare', '--mount', 'sh', ...enter]);
    },
  };
}
