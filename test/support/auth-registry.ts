import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDockerRegistry } from './docker-registry.ts';
import { peer } from './peers.ts';
import { run } from './run.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/**
 * Starts a real registry that wants a login, stopped after the last test of the file.
 * @param auth the `auth` part of its configuration
 * @returns `127.0.0.1:PORT`
 */
export async function startAuthRegistry(auth: object): Promise<string> {
  return (await startDockerRegistry({ auth })).host;
}

/** The `auth` part of a registry's configuration for one user, whose hash the real htpasswd makes. */
export async function htpasswdAuth(username: string, password: string): Promise<object> {
  const path = join(temporaryDirectory(), 'htpasswd');
  const made = await run(peer('htpasswd'), ['-Bbn', username, password]);
  writeFileSync(path, made.stdout);
  return { htpasswd: { realm: 'registry', path } };
}
