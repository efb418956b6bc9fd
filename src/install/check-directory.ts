import type { Stats } from 'node:fs';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { describeUser, isGroupNamed } from '../system/accounts.ts';
import { lookAt } from './look-at.ts';

/**
 * A directory that kongcrate works in or below must be a real one (links that are planted there
 * would lead elsewhere: falcoctl issue 1036), belong to us (or to whom we act as) or to root, and be
 * closed to the writing of others, who could exchange what stands in it. Absent is fine.
 * @throws KongcrateError NOT_OURS; INSTALL_FAILED where every user of the machine may write
 */
export function checkDirectory(path: string): void {
  const stats = lookAt(path);
  if (!stats) return;
  if (stats.isSymbolicLink())
    throw refuse(path, 'is a symbolic link', {
      reason: 'SYMLINK',
      remedy: 'Replace the link by a real directory.',
    });
  if (!stats.isDirectory())
    throw refuse(path, 'is not a directory', {
      reason: 'NOT_A_DIRECTORY',
      remedy: 'Move the file out of the way.',
    });
  checkOwner(path, stats);
  checkWriters(path, stats);
}

/**
 * Refuses what belongs to a third user: neither to root nor to us.
 * @throws KongcrateError NOT_OURS
 */
export function checkOwner(path: string, { uid }: Stats): void {
  // The effective one: whom root acts as is who owns the Lua root.
  const own = process.geteuid?.() ?? uid;
  if (uid === own || uid === 0) return;
  throw refuse(path, `belongs to ${describeUser(uid)}, and we act as ${describeUser(own)}`, {
    reason: 'OWNER',
    remedy: `Run the command as that user: sudo -u '#${uid}' kongcrate …`,
  });
}

function checkWriters(path: string, { mode, gid }: Stats): void {
  // In a sticky directory nobody can exchange what others put there.
  if ((mode & 0o1000) !== 0) return;
  if ((mode & 0o002) !== 0)
    throw new KongcrateError('INSTALL_FAILED', `${path} can be changed by every user`, {
      remedy: `Take that away (chmod o-w ${path}) or give another --lua-root.`,
      details: { reason: 'WORLD_WRITABLE', path },
    });
  if ((mode & 0o020) !== 0 && !isTrustedGroup(gid))
    throw refuse(path, `can be changed by the group with gid ${gid}, which is not ours`, {
      reason: 'GROUP_WRITABLE',
      remedy: `Take that away (chmod g-w ${path}) or give another --lua-root.`,
    });
}

/**
 * Groups that may write: root's, and our own, since Kong's packages make the tree kong:kong 0775
 * and a umask of 002 is common. Debian makes /usr/local root:staff 2775 (Policy 9.1.2): whoever is
 * in `staff` may exchange the programs there that root runs, so a module in Lua adds nothing.
 */
function isTrustedGroup(gid: number): boolean {
  const own = [process.getegid?.(), ...(process.getgroups?.() ?? [])];
  // Elsewhere than on Debian the number 50 may be another group: Fedora's is `ftp`.
  return gid === 0 || own.includes(gid) || (gid === STAFF && isGroupNamed(gid, 'staff'));
}

const STAFF = 50;

function refuse(
  path: string,
  what: string,
  { reason, remedy }: { readonly reason: string; readonly remedy: string },
): KongcrateError {
  return new KongcrateError('NOT_OURS', `${path} ${what}`, { remedy, details: { reason, path } });
}
