import { readFileSync } from 'node:fs';

/**
 * Whom the workers run as: `nginx_user`, or `nobody` where there is no such account.
 * @returns nothing where the master is not root, since then nothing changes
 */
export function findUser(nginxUser) {
  if (process.getuid() !== 0) return undefined;
  const accounts = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of [nginxUser.split(' ')[0], 'nobody']) {
    const fields = accounts.map((line) => line.split(':')).find(([account]) => account === name);
    if (fields !== undefined) return { uid: Number(fields[2]), gid: Number(fields[3]) };
  }
  throw new Error('no account "nobody"');
}
