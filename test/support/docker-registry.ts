import { afterAll } from 'vitest';
import {
  startRegistryProcess,
  type DockerRegistry,
  type DockerRegistryOptions,
} from './registry-process.ts';
import { temporaryDirectory } from './temporary-directory.ts';

export type { DockerRegistry } from './registry-process.ts';

const running: DockerRegistry[] = [];

afterAll(async () => {
  await Promise.all(running.map((registry) => registry.stop()));
});

/** Starts a real registry, stopped at the latest after the last test of the file. */
export async function startDockerRegistry(
  options: DockerRegistryOptions = {},
): Promise<DockerRegistry> {
  const registry = await startRegistryProcess(temporaryDirectory(), options);
  running.push(registry);
  return registry;
}
