import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { errnoOf, KongcrateError, messageOf } from '../../errors/kongcrate-error.ts';
import { nodeConfFiles } from '../conf-file-operations.ts';
import { restoreGenerated, saveGenerated } from './generated-files.ts';
import { inOwnDirectory, type OwnDirectory } from './own-directory.ts';
import { decodeTransaction, encodeTransaction, type Transaction } from './transaction.ts';

const TRANSACTION = 'transaction.json';
const KONG_CONF = 'kong.conf';
const GENERATED = 'generated';

const directoryOf = (prefix: string): string => join(prefix, '.kongcrate');

/**
 * Begins an activation: saves the files that Kong generated and kong.conf, then says so. They can hold
 * passwords, and nobody else can read them. The caller has the mutex of the Lua root.
 * @param conf the bytes of the kong.conf that will be edited
 * @throws KongcrateError NODE_BUSY when one is open already, for another Lua root; NOT_OURS; errno errors
 */
export function openTransaction(prefix: string, transaction: Transaction, conf?: Buffer): void {
  const other = readTransaction(prefix);
  if (other) throw occupied(prefix, other);
  // What is there without a transaction.json is the rest of one that never began, or is over.
  removeDirectory(prefix);
  mkdirSync(directoryOf(prefix), { mode: 0o700 });
  try {
    within(prefix, (directory) => {
      saveGenerated(prefix, join(directory.path, GENERATED));
      if (conf) writePrivate(join(directory.path, KONG_CONF), conf);
      replaceTransaction(directory, transaction);
    });
  } catch (error) {
    removeDirectory(prefix);
    throw error;
  }
  nodeConfFiles.syncDirectory(prefix);
}

/** Says how far an activation is; in one step. */
export function writeTransaction(prefix: string, transaction: Transaction): void {
  within(prefix, (directory) => {
    replaceTransaction(directory, transaction);
  });
}

/**
 * The activation that is under way, or was cut off; without the mutex nobody knows which.
 * @throws KongcrateError NOT_OURS when another user could have written it: what is undone by it is
 *   done with our rights; INSTALL_FAILED when it is damaged; errno errors
 */
export function readTransaction(prefix: string): Transaction | undefined {
  return inOwnDirectory(directoryOf(prefix), ({ path }) => {
    try {
      return decodeTransaction(readFileSync(join(path, TRANSACTION), 'utf8'));
    } catch (error) {
      // It never began, or came to its end meanwhile.
      if (errnoOf(error) === 'ENOENT') return undefined;
      throw damaged(prefix, error);
    }
  });
}

/** The kong.conf that was there before, if it was to be edited. */
export function readSavedConf(prefix: string): Buffer {
  return within(prefix, ({ path }) => readFileSync(join(path, KONG_CONF)));
}

/** Gives the prefix the generated files back that it had when the transaction began. */
export function restoreSaved(prefix: string): void {
  within(prefix, ({ path }) => {
    restoreGenerated(prefix, join(path, GENERATED));
  });
}

/** Ends an activation, for good or because it is undone: from here on there is nothing to undo. */
export function closeTransaction(prefix: string): void {
  within(prefix, ({ path, sync }) => {
    rmSync(join(path, TRANSACTION), { force: true });
    sync();
  });
  try {
    removeDirectory(prefix);
  } catch (error) {
    // It is over all the same, and the next one to begin removes what is left.
    if (errnoOf(error) === undefined) throw error;
  }
}

/** Where an activation is under way, its directory is there. */
function within<Result>(prefix: string, act: (directory: OwnDirectory) => Result): Result {
  const done = inOwnDirectory(directoryOf(prefix), (directory) => ({ result: act(directory) }));
  if (done) return done.result;
  throw damaged(prefix, new Error('is gone'));
}

/** Only through the open directory: by path, a tree that others exchange leads elsewhere. */
function removeDirectory(prefix: string): void {
  const isThere = inOwnDirectory(directoryOf(prefix), ({ path }) => {
    for (const name of readdirSync(path)) rmSync(join(path, name), { recursive: true });
    return true;
  });
  if (isThere) rmdirSync(directoryOf(prefix));
}

function replaceTransaction({ path, sync }: OwnDirectory, transaction: Transaction): void {
  const aside = join(path, `new-${randomBytes(8).toString('hex')}`);
  writePrivate(aside, encodeTransaction(transaction));
  renameSync(aside, join(path, TRANSACTION));
  sync();
}

function damaged(prefix: string, error: unknown): KongcrateError {
  const directory = directoryOf(prefix);
  const path = join(directory, TRANSACTION);
  return new KongcrateError(
    'INSTALL_FAILED',
    `${path}, which says how to undo an activation that was cut off, cannot be used: it ${messageOf(error)}`,
    {
      remedy: `Use the newest kongcrate. If the file is damaged, compare kong.conf with ${join(directory, KONG_CONF)}, then remove ${directory}.`,
      details: { reason: 'DAMAGED', path },
      cause: error,
    },
  );
}

function occupied(prefix: string, { luaRoot, since }: Transaction): KongcrateError {
  return new KongcrateError(
    'NODE_BUSY',
    `another activation of the node in ${prefix} is under way since ${since}, for ${luaRoot}`,
    { remedy: 'Run the command again when it is done.', details: { luaRoot, since } },
  );
}

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;

function writePrivate(path: string, bytes: Uint8Array): void {
  const descriptor = openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    writeFileSync(descriptor, bytes);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
