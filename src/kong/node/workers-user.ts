import { readFileSync } from 'node:fs';
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
  return findAccount(name) ?? findAccount('nobody') ?? NOBODY;
}

/** By passwd(5) and group(5); accounts of a directory service are not looked up. */
function findAccount(name: string): WorkersUser | undefined {
  const line = readTable('/etc/passwd').find(([candidate]) => candidate === name);
  const [uid, gid] = [Number(line?.[2] ?? NaN), Number(line?.[3] ?? NaN)];
  if (!Number.isSafeInteger(uid) || !Number.isSafeInteger(gid)) return undefined;
  const groups = readTable('/etc/group')
    .filter(([, , , members = '']) => members.split(',').includes(name))
    .map(([, , number]) => Number(number));
  return { uid, gids: [gid, ...groups] };
}

function readTable(path: string): readonly (readonly string[])[] {
  const lines = readFileSync(path, 'latin1').split('\n');
  return lines.map((line) => line.split(':'));
}
