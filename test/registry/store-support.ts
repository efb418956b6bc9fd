import { afterThisFile } from '../support/clean-up.ts';
import type { RegistryOptions } from '../../src/registry/create-registry-send.ts';
import { createRegistryStore, type RegistryStore } from '../../src/registry/registry-store.ts';

/** The repository that {@link openTestStore} opens. */
export const REPOSITORY = 'acme/my-plugin';

/** Opens a repository of a registry; no pause takes time unless `wait` does. */
export function openTestStore(host: string, options: Partial<RegistryOptions> = {}): RegistryStore {
  const retries = { wait: () => Promise.resolve(), random: () => 0, ...options.retries };
  const store = createRegistryStore({ host, repository: REPOSITORY, ...options, retries });
  afterThisFile(() => {
    store.close();
  });
  return store;
}
