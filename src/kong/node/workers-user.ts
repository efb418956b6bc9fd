import { findAccount } from '../../system/accounts.ts';
import type { WorkersUser } from './kong-node.ts';
import { readIdentity, type KongProcesses } from './processes.ts';
import type { Settings } from './read-settings.ts';

/** nginx takes it where no other user is set, or Kong's default does not exist. */
const NOBODY: WorkersUser = { uid: 65_534, gids: [65_534] };

/**
 * The user that Kong's workers read files as: that of the running ones, else the one they would get.
 * Only a master that root starts changes to another user.
 */
export function findWorkersUser(
  { masterPid, workerPids }: KongProcesses,
  settings: Settings,
): WorkersUser {
  const running = workerPids[0] ?? masterPid;
  const seen = running === undefined ? undefined : readIdentity(running);
  return seen ?? ourselvesUnlessRoot() ?? configuredUser(settings);
}

function ourselvesUnlessRoot(): WorkersUser | undefined {
  const [uid, gid] = [process.geteuid?.() ?? 0, process.getegid?.() ?? 0];
  return uid === 0 ? undefined : { uid, gids: [gid, ...(process.getgroups?.() ?? [])] };
}

function configuredUser(settings: Settings): WorkersUser {
  const setting = settings.get('nginx_main_user') ?? settings.get('nginx_user') ?? 'kong kong';
  const name = setting.trim().split(/\s+/)[0] ?? '';
  return accountOf(name) ?? accountOf('nobody') ?? NOBODY;
}

function accountOf(name: string): WorkersUser | undefined {
  const account = findAccount(name);
  return account && { uid: account.uid, gids: [account.gid, ...account.groups] };
}
