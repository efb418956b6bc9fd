import type { CallOptions } from '../content/content-store.ts';
import type { Descriptor } from '../content/descriptor.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { ACCEPT_MANIFESTS } from './manifest-types.ts';
import { manifestPath, request, type Repository } from './repository.ts';

/**
 * Whether a registry refused a list because it names what the registry does not hold. Its own
 * garbage collection leaves such lists behind: docker-registry deletes untagged manifests.
 */
export function isDangling(error: unknown): boolean {
  return (
    error instanceof KongcrateError && error.details['registryCode'] === 'MANIFEST_BLOB_UNKNOWN'
  );
}

/** The digests of the manifests that the registry says it does not have. */
export async function findDeleted(
  repository: Repository,
  manifests: readonly Descriptor[],
  { signal }: CallOptions,
): Promise<ReadonlySet<string>> {
  const deleted = new Set<string>();
  for (const { digest } of manifests) {
    const headers = { Accept: ACCEPT_MANIFESTS };
    const response = await request(repository, ['HEAD', manifestPath(digest)], { headers, signal });
    response.discard();
    if (response.status === 404) deleted.add(digest);
  }
  return deleted;
}
