import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { KongcrateError, messageOf } from '../errors/kongcrate-error.ts';

const MAX_BYTES = 256 * 1024 * 1024;

/**
 * Reads one file named by the user, such as an archive or a key.
 * @param maxBytes 256 MiB unless told
 * @throws KongcrateError SOURCE_UNREADABLE, also for pipes, devices and larger files
 */
export function readSourceFile(path: string, maxBytes: number = MAX_BYTES): Buffer {
  const descriptor = open(path);
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw refused(`${path} is no regular file`, 'Name a file.');
    if (stats.size > maxBytes)
      throw refused(
        `${path} has ${stats.size} bytes, more than ${maxBytes}`,
        'Check that this is the file you mean: none of its kind is that large.',
      );
    return readFileSync(descriptor);
  } catch (error) {
    throw error instanceof KongcrateError ? error : unreadable(path, error);
  } finally {
    closeSync(descriptor);
  }
}

/** Without O_NONBLOCK a named pipe would be waited for. */
function open(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** The error for a source that the operating system does not let us read. */
export function unreadable(path: string, cause: unknown): KongcrateError {
  return refused(
    `${path} cannot be read: ${messageOf(cause)}`,
    'Check the path and its permissions.',
    cause,
  );
}

function refused(message: string, remedy: string, cause?: unknown): KongcrateError {
  return new KongcrateError('SOURCE_UNREADABLE', message, { remedy, cause });
}
