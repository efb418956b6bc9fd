import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { errnoOf } from '../errors/kongcrate-error.ts';

/** The variables that a program sees, or that are read in place of our own. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * A program by PATH; never in the working directory, where anybody may have put one of that name.
 * @returns its absolute path
 */
export function findProgram(name: string, environment: Environment): string | undefined {
  const directories = (environment['PATH'] ?? '').split(delimiter).filter(isAbsolute);
  return directories.map((directory) => join(directory, name)).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return false;
  }
}
