import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, expect } from 'vitest';
import { peer } from './peers.ts';
import { run } from './run.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const running = new Set<ChildProcess>();

afterAll(async () => {
  for (const child of running) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
});

/**
 * Starts a real registry that wants a login, stopped after the last test of the file.
 * @param auth the `auth` part of its configuration
 * @returns `127.0.0.1:PORT`
 */
export async function startAuthRegistry(auth: object): Promise<string> {
  const directory = temporaryDirectory();
  const configFile = join(directory, 'config.yml');
  // JSON is YAML. Port 0 lets the system choose one that is free.
  const configuration = {
    version: '0.1',
    storage: { filesystem: { rootdirectory: join(directory, 'content') } },
    http: { addr: '127.0.0.1:0' },
    auth,
  };
  writeFileSync(configFile, JSON.stringify(configuration));
  const child = spawn(peer('docker-registry'), ['serve', configFile], {
    env: { OTEL_TRACES_EXPORTER: 'none' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  running.add(child);
  for await (const line of createInterface({ input: child.stderr })) {
    const host = /listening on (127\.0\.0\.1:\d+)/.exec(line)?.[1];
    if (host === undefined) continue;
    child.stderr.resume();
    return host;
  }
  return expect.unreachable('the registry did not start');
}

/** The `auth` part of a registry's configuration for one user, whose hash the real htpasswd makes. */
export async function htpasswdAuth(username: string, password: string): Promise<object> {
  const path = join(temporaryDirectory(), 'htpasswd');
  const made = await run(peer('htpasswd'), ['-Bbn', username, password]);
  writeFileSync(path, made.stdout);
  return { htpasswd: { realm: 'registry', path } };
}
