import { dirname } from 'node:path';
import { errnoOf, KongcrateError, messageOf } from '../errors/kongcrate-error.ts';
import { describeUser } from '../system/accounts.ts';
import type { FileOperations } from './file-operations.ts';

/** As whom files are touched. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
  /** Groups beside `gid`. */
  readonly groups?: readonly number[];
}

/**
 * Runs `act` as another user and gives our own identity back. The identity is the whole process's,
 * so `act` must do what it does before it returns: nothing else may run in between.
 * @param identity nothing is taken when it is absent, or when we are not root
 * @throws KongcrateError NOT_OURS where root may not become that user; what `act` throws
 */
export function actAs<Result>(identity: Identity | undefined, act: () => Result): Result {
  if (!identity || process.geteuid?.() !== 0) return act();
  const { uid, gid, groups = [] } = identity;
  const own = { gid: process.getegid?.() ?? 0, groups: process.getgroups?.() ?? [] };
  try {
    take({ uid, gid, groups: [gid, ...groups] });
    return act();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(own.gid);
    process.setgroups?.(own.groups);
  }
}

/** In this order: without root's uid no group can be taken any more. */
function take({ uid, gid, groups }: Required<Identity>): void {
  try {
    process.setgroups?.(groups);
    process.setegid?.(gid);
    process.seteuid?.(uid);
    // In a worker thread these calls are not there.
    if (process.geteuid?.() !== uid) throw new Error('the identity of this thread cannot change');
  } catch (error) {
    throw new KongcrateError('NOT_OURS', `we may not act as ${describeUser(uid)}`, {
      remedy: `Run the command as that user: sudo -u '#${uid}' kongcrate …`,
      details: { reason: 'OWNER' },
      cause: error,
    });
  }
}

/** The same operations, each done as `identity`, to whom the Lua root `path` belongs. */
export function asOwner(
  files: FileOperations,
  path: string,
  identity: Identity | undefined,
): FileOperations {
  if (!identity) return files;
  const wrap = ([name, operate]: readonly [string, (...args: never[]) => void]): [
    string,
    unknown,
  ] => [
    name,
    (...args: never[]): void => {
      try {
        actAs(identity, () => {
          operate(...args);
        });
      } catch (error) {
        throw explainDenial(error, path, identity);
      }
    },
  ];
  return Object.fromEntries(Object.entries(files).map(wrap)) as unknown as FileOperations;
}

/** Root knows no "permission denied", so it has to be told as whom it tried. */
function explainDenial(error: unknown, root: string, { uid }: Identity): unknown {
  const errno = errnoOf(error);
  if (errno !== 'EACCES' && errno !== 'EPERM') return error;
  const { path = root, dest = path } = error as NodeJS.ErrnoException & { readonly dest?: string };
  const what = `${describeUser(uid)}, to whom ${root} belongs, may not change ${dest}`;
  return new KongcrateError('INSTALL_FAILED', `${what}: ${messageOf(error)}`, {
    remedy: `Give the directory to that user: chown --reference=${root} ${dirname(dest)}`,
    details: { errno, path: dest },
    cause: error,
  });
}
