import type { ContentStore } from '../content/content-store.ts';
import type { RegistryOptions } from '../registry/create-registry-send.ts';

/** How registries are reached, and as whom; what differs from host to host comes as a function. */
export interface RegistryAccess extends Omit<
  RegistryOptions,
  'host' | 'repository' | 'trustedAuthHosts'
> {
  /** Token servers on other hosts that may have the credentials of a registry. */
  readonly trustedAuthHosts?: (host: string) => readonly string[];
}

/**
 * Opens a repository of a registry, which has logins and tokens of its own. The transport is loaded
 * only where there is one to talk to; nothing is sent yet.
 * @param name host and path, as references have them
 */
export async function openRepository(
  name: string,
  { trustedAuthHosts, ...access }: RegistryAccess,
): Promise<ContentStore> {
  const { createRegistryStore } = await import('../registry/registry-store.ts');
  const slash = name.indexOf('/');
  const host = name.slice(0, slash);
  return createRegistryStore({
    ...access,
    host,
    repository: name.slice(slash + 1),
    trustedAuthHosts: trustedAuthHosts?.(host) ?? [],
  });
}
