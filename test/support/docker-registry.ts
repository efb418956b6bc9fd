import { afterThisFile } from './clean-up.ts';
import {
  startRegistryProcess,
  type DockerRegistry,
  type DockerRegistryOptions,
} from './registry-process.ts';
import { temporaryDirectory } from './temporary-directory.ts';

export type { DockerRegistry } from './registry-process.ts';

/** Starts a real registry, stopped at the latest after the last test of the file. */
export async function startDockerRegistry(
  options: DockerRegistryOptions = {},
): Promise<DockerRegistry> {
  const registry = await startRegistryProcess(temporaryDirectory(), options);
  afterThisFile(() => registry.stop());
  return registry;
}
