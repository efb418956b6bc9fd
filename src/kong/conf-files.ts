import { closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { wordsOfErrno } from '../errors/as-write-failure.ts';
import { errnoOf, KongcrateError, messageOf } from '../errors/kongcrate-error.ts';

/** Where Kong looks first when nobody names a file. */
export const DEFAULT_KONG_CONF = '/etc/kong/kong.conf';
const DEFAULT_KONG_CONFS = [DEFAULT_KONG_CONF, '/etc/kong.conf'];

/**
 * The kong.conf of a node.
 * @param named the file that the user named; only that one counts then
 * @returns `undefined` where there is none
 * @throws KongcrateError SOURCE_UNREADABLE
 */
export function locateKongConf(named: string | undefined): string | undefined {
  const candidates = named === undefined ? DEFAULT_KONG_CONFS : [named];
  return candidates.find((path) =>
    readable(path, () => statSync(path, { throwIfNoEntry: false }) !== undefined),
  );
}

/** Kong's own example, all comments, has 100 KiB; certificates may stand in such a file. */
const MAX_CONF_BYTES = 4 * 1024 * 1024;

/** @throws KongcrateError SOURCE_UNREADABLE, for a FIFO and a file of more than 4 MiB too */
export function readConfFile(path: string): Buffer {
  return readable(path, () => {
    const bytes = readBounded(path);
    if (bytes) return bytes;
    throw new Error('it is a FIFO, or has more than 4 MiB');
  });
}

function readable<Result>(path: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    const reason = wordsOfErrno(error) ?? messageOf(error);
    throw new KongcrateError('SOURCE_UNREADABLE', `cannot read ${path}: ${reason}`, {
      remedy: 'Run the command as a user who may read it, or name another --kong-conf.',
      cause: error,
    });
  }
}

/** A file that need not be there, nor be readable for us, nor be what {@link readConfFile} takes. */
export function readIfPossible(path: string): Buffer | undefined {
  try {
    return readBounded(path);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}

/**
 * The directories of kong.conf and .kong_env belong to the user kong: a FIFO put there would stop us
 * for ever, and a link to /dev/zero would take all memory.
 */
function readBounded(path: string): Buffer | undefined {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (fstatSync(descriptor).isFIFO()) return undefined;
    const bytes = Buffer.allocUnsafe(MAX_CONF_BYTES + 1);
    let length = 0;
    for (let got = 1; got > 0 && length < bytes.length; length += got)
      got = readSync(descriptor, bytes, { offset: length });
    return length > MAX_CONF_BYTES ? undefined : bytes.subarray(0, length);
  } finally {
    closeSync(descriptor);
  }
}
