import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { errnoOf } from '../../errors/kongcrate-error.ts';
import type { KongPlace } from '../read-kong-settings.ts';

/**
 * A program by PATH; never in the working directory, where anybody may have put one of that name.
 * @returns its absolute path
 */
export function findProgram(
  name: string,
  environment: KongPlace['environment'],
): string | undefined {
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
