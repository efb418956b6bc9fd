import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import type { DockerRegistry } from './docker-registry.ts';

export interface DockerRequest {
  readonly method: string;
  readonly path: string;
}

/**
 * The requests to `acme/…` in the log of docker-registry, once it holds one that is sent last. It
 * logs none to a path that it does not know.
 */
export async function readDockerLog({
  host,
  logFile,
}: Pick<DockerRegistry, 'host' | 'logFile'>): Promise<readonly DockerRequest[]> {
  const last = `/v2/last/manifests/${randomUUID()}`;
  await fetch(`http://${host}${last}`);
  while (!readFileSync(logFile, 'utf8').includes(last)) await setTimeout(5);
  const lines = readFileSync(logFile, 'utf8').split('\n');
  return lines.flatMap((line) => {
    const [, method = '', path = ''] =
      /response completed.* http\.request\.method=(\w+) .*http\.request\.uri="?([^" ]+)/.exec(
        line,
      ) ?? [];
    return path.includes('/acme/') ? [{ method, path }] : [];
  });
}
