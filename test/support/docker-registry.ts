import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll } from 'vitest';
import { peer } from './peers.ts';
import { temporaryDirectory } from './temporary-directory.ts';

export interface DockerRegistry {
  /** `127.0.0.1:PORT`, ready to stand in a reference. */
  readonly host: string;
  /** What the registry wrote, one request a line. */
  readonly logFile: string;
  stop(): Promise<void>;
}

const running = new Set<ChildProcess>();

afterAll(async () => {
  await Promise.all([...running].map(stop));
});

/**
 * Starts a real registry over plain HTTP, stopped at the latest after the last test of the file.
 * `directory` holds its content: a second registry on the same one serves the same.
 */
export async function startDockerRegistry(
  options: { readonly directory?: string } = {},
): Promise<DockerRegistry> {
  const place = temporaryDirectory();
  const configFile = join(place, 'config.yml');
  const logFile = join(place, 'registry.log');
  writeFileSync(configFile, configuration(options.directory ?? join(place, 'content')));
  const log = openSync(logFile, 'w');
  const child = spawn(peer('docker-registry'), ['serve', configFile], {
    env: { OTEL_TRACES_EXPORTER: 'none' },
    stdio: ['ignore', 'ignore', log],
  });
  closeSync(log);
  running.add(child);
  const host = await addressOf(child, logFile);
  return { host, logFile, stop: () => stop(child) };
}

/** JSON is YAML. Port 0 lets the system choose one that is free. */
function configuration(rootdirectory: string): string {
  return JSON.stringify({
    version: '0.1',
    log: { level: 'info', accesslog: { disabled: false } },
    storage: { filesystem: { rootdirectory }, delete: { enabled: true } },
    http: { addr: '127.0.0.1:0' },
  });
}

/** The address in the line that is written once the socket listens. */
async function addressOf(child: ChildProcess, logFile: string): Promise<string> {
  while (child.exitCode === null && child.signalCode === null) {
    const host = /listening on (127\.0\.0\.1:\d+)/.exec(readFileSync(logFile, 'utf8'))?.[1];
    if (host !== undefined) return host;
    await setTimeout(10);
  }
  throw new Error(`the registry did not start:\n${readFileSync(logFile, 'utf8')}`);
}

async function stop(child: ChildProcess): Promise<void> {
  running.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
