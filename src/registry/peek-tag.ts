import type { CallOptions } from '../content/content-store.ts';
import { isDigest, type Digest } from '../reference/digest.ts';
import { answerError } from './answer-error.ts';
import { ACCEPT_MANIFESTS } from './manifest-types.ts';
import { manifestPath, request, type Repository } from './repository.ts';

/**
 * Asks by HEAD what a tag stands for (OCI distribution-spec, "Checking if content exists"), which
 * rate limits hardly count. The header is the registry's word: it says whether to look, not what
 * to use.
 * @returns nothing where the registry does not say it
 * @throws KongcrateError NOT_FOUND, and what the registry answers
 */
export async function peekTag(
  repository: Repository,
  tag: string,
  { signal }: CallOptions,
): Promise<Digest | undefined> {
  const response = await request(repository, ['HEAD', manifestPath(tag)], {
    headers: { Accept: ACCEPT_MANIFESTS },
    signal,
  });
  if (response.status !== 200)
    throw await answerError(response, repository, { access: 'read', what: `tag ${tag}` });
  response.discard();
  const digest = response.header('docker-content-digest') ?? '';
  return isDigest(digest) ? digest : undefined;
}
