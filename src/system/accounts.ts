import { readPlainFile } from './read-plain-file.ts';

/** Who a local account is. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
  /** Groups beside `gid`. */
  readonly groups: readonly number[];
}

const MAX_BYTES = 16 * 1024 * 1024;

/** A local account, by passwd(5) and group(5); accounts of a directory service are not looked up. */
export function findAccount(name: string): Account | undefined {
  const line = readTable('/etc/passwd').find(([candidate]) => candidate === name);
  const [uid, gid] = [Number(line?.[2] ?? NaN), Number(line?.[3] ?? NaN)];
  if (!Number.isSafeInteger(uid) || !Number.isSafeInteger(gid)) return undefined;
  const groups = readTable('/etc/group')
    .filter(([, , , members = '']) => members.split(',').includes(name))
    .map(([, , number]) => Number(number));
  return { uid, gid, groups };
}

/** `kong (uid 100)`, or the number alone where no local account has it. */
export function describeUser(uid: number): string {
  const name = readTable('/etc/passwd').find(([, , number]) => number === String(uid))?.[0];
  return name === undefined ? `the user with uid ${uid}` : `${name} (uid ${uid})`;
}

/** The group that passwd(5) gives to a user; none where no local account has that number. */
export function primaryGroupOf(uid: number): number | undefined {
  const group = readTable('/etc/passwd').find(([, , number]) => number === String(uid))?.[3];
  return group === undefined ? undefined : Number(group);
}

/** Whether the group of that name has that number on this machine. */
export function isGroupNamed(gid: number, name: string): boolean {
  return readTable('/etc/group').some(
    ([candidate, , number]) => candidate === name && number === String(gid),
  );
}

function readTable(path: string): readonly (readonly string[])[] {
  const text = readPlainFile(path, MAX_BYTES)?.toString('latin1') ?? '';
  return text.split('\n').map((line) => line.split(':'));
}
