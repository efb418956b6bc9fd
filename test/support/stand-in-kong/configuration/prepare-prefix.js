import { chownSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findUser } from '../node/find-user.js';
import { writeKongEnv } from './kong-env.js';
import { writeNginxConf } from './nginx-conf.js';

/** Makes the directories and writes every generated file of a node, its settings included. */
export function preparePrefix(settings) {
  for (const directory of ['logs', 'pids', 'dbless.lmdb'])
    mkdirSync(join(settings.prefix, directory), { recursive: true });
  const errorLog = join(settings.prefix, 'logs', 'error.log');
  if (!existsSync(errorLog)) writeFileSync(errorLog, '', { flag: 'a' });
  const user = findUser(settings.nginx_user);
  if (user !== undefined) chownSync(join(settings.prefix, 'dbless.lmdb'), user.uid, user.gid);
  writeNginxConf(settings);
  writeKongEnv(settings);
}
