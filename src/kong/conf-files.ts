import { readFileSync, statSync } from 'node:fs';
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

/** @throws KongcrateError SOURCE_UNREADABLE */
export function readConfFile(path: string): Buffer {
  return readable(path, () => readFileSync(path));
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

/** A file that need not be there, nor be readable for us. */
export function readIfPossible(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}
