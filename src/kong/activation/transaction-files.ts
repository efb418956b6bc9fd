import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  type Stats,
} from 'node:fs';
import { join } from 'node:path';
import { errnoOf, KongcrateError, messageOf } from '../../errors/kongcrate-error.ts';
import { nodeConfFiles } from '../conf-file-operations.ts';
import { saveGenerated } from './generated-files.ts';
import { decodeTransaction, encodeTransaction, type Transaction } from './transaction.ts';

const directoryOf = (prefix: string): string => join(prefix, '.kongcrate');
const fileOf = (prefix: string): string => join(directoryOf(prefix), 'transaction.json');
const confOf = (prefix: string): string => join(directoryOf(prefix), 'kong.conf');

/** Where the files that Kong generated are while a transaction is open. */
export const savedFilesOf = (prefix: string): string => join(directoryOf(prefix), 'generated');

/**
 * Begins an activation: saves the files that Kong generated and kong.conf, then says so. They can hold
 * passwords, and nobody else can read them. The caller has the mutex of the Lua root.
 * @param conf the bytes of the kong.conf that will be edited
 * @throws KongcrateError NODE_BUSY when one is open already, for another Lua root; NOT_OURS; errno errors
 */
export function openTransaction(prefix: string, transaction: Transaction, conf?: Buffer): void {
  const other = readTransaction(prefix);
  if (other) throw occupied(prefix, other);
  const directory = directoryOf(prefix);
  // What is there without a transaction.json is the rest of one that never began, or is over.
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { mode: 0o700 });
  saveGenerated(prefix, savedFilesOf(prefix));
  if (conf) writePrivate(confOf(prefix), conf);
  writeTransaction(prefix, transaction);
  nodeConfFiles.syncDirectory(prefix);
}

/** Says how far an activation is; in one step. */
export function writeTransaction(prefix: string, transaction: Transaction): void {
  const directory = directoryOf(prefix);
  const aside = join(directory, `new-${randomBytes(8).toString('hex')}`);
  writePrivate(aside, encodeTransaction(transaction));
  renameSync(aside, fileOf(prefix));
  nodeConfFiles.syncDirectory(directory);
}

/**
 * The activation that is under way, or was cut off; without the mutex nobody knows which.
 * @throws KongcrateError NOT_OURS when another user could have written it: what is undone by it is
 *   done with our rights; INSTALL_FAILED when it is damaged; errno errors
 */
export function readTransaction(prefix: string): Transaction | undefined {
  const path = fileOf(prefix);
  for (const own of [directoryOf(prefix), path]) {
    const stats = lookAt(own);
    if (!stats) return undefined;
    demandOwn(own, stats);
  }
  try {
    return decodeTransaction(readFileSync(path, 'utf8'));
  } catch (error) {
    // It came to its end meanwhile.
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw new KongcrateError(
      'INSTALL_FAILED',
      `${path}, which says how to undo an activation that was cut off, cannot be used: it ${messageOf(error)}`,
      {
        remedy: `Use the newest kongcrate. If the file is damaged, compare kong.conf with ${confOf(prefix)}, then remove ${directoryOf(prefix)}.`,
        details: { reason: 'DAMAGED', path },
        cause: error,
      },
    );
  }
}

/** The kong.conf that was there before, if it was to be edited. */
export const readSavedConf = (prefix: string): Buffer => readFileSync(confOf(prefix));

/** Ends an activation, for good or because it is undone: from here on there is nothing to undo. */
export function closeTransaction(prefix: string): void {
  rmSync(fileOf(prefix), { force: true });
  nodeConfFiles.syncDirectory(directoryOf(prefix));
  rmSync(directoryOf(prefix), { recursive: true, force: true });
}

/** Where we may not look, we cannot have begun anything. */
function lookAt(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}

function demandOwn(path: string, { uid, mode }: Stats): void {
  const isOpen = (mode & 0o077) !== 0;
  if (uid === process.geteuid?.() && !isOpen) return;
  throw new KongcrateError(
    'NOT_OURS',
    `${path} belongs to the user with uid ${uid}${isOpen ? ', and others may use it' : ''}: an activation that was cut off is undone by whoever began it`,
    {
      remedy: `Run the command as that user first. If nobody there uses kongcrate, remove ${path}.`,
      details: { reason: 'OWNER', path },
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
