import { fileURLToPath } from 'node:url';

const ROOT = new URL('../../', import.meta.url);

/** The built command line, for Node.js to run. */
export const SCRIPT: string = fileURLToPath(new URL('bin/kongcrate.js', ROOT));

/** Another program to test in its place, such as the executable; relative to the root. */
const GIVEN = process.env['KONGCRATE_PROGRAM'];

/** Whether tests run a program that takes no options for Node.js. */
export const IS_EXECUTABLE: boolean = GIVEN !== undefined;

/** How a command line is started: the program, and its arguments. */
export function kongcrateCommand(
  args: readonly string[],
): readonly [program: string, args: readonly string[]] {
  return GIVEN === undefined
    ? [process.execPath, [SCRIPT, ...args]]
    : [fileURLToPath(new URL(GIVEN, ROOT)), args];
}
