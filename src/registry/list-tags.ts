import type { CallOptions } from '../content/content-store.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { readPages } from './read-pages.ts';
import { nameOf, request, type Repository } from './repository.ts';

/** What the larger registries give at most. */
const TAGS_PER_PAGE = 1000;

/**
 * Lists all tags, sorted: OCI distribution-spec, "listing tags".
 * @throws KongcrateError NOT_FOUND, REGISTRY_ERROR, REDIRECT_REFUSED, CONTENT_INVALID
 */
export async function listTags(
  repository: Repository,
  { signal }: CallOptions,
): Promise<readonly string[]> {
  const first = await request(repository, ['GET', `tags/list?n=${TAGS_PER_PAGE}`], { signal });
  const tags: string[] = [];
  const options = { what: 'tags', ...(signal ? { signal } : {}) };
  for await (const bytes of readPages(repository, first, options))
    tags.push(...parseTags(bytes, repository));
  return tags.sort();
}

function parseTags(bytes: Buffer, repository: Repository): readonly string[] {
  try {
    const { tags } = JSON.parse(bytes.toString('utf8')) as { tags?: unknown };
    // docker-registry writes null for a repository without tags.
    const list: unknown = tags ?? [];
    if (Array.isArray(list) && list.every((tag) => typeof tag === 'string')) return list;
    throw new TypeError('tags are no list of texts');
  } catch (cause) {
    throw new KongcrateError(
      'CONTENT_INVALID',
      `${nameOf(repository)} answered with something else than a list of tags`,
      { remedy: 'Check that the host is a registry, and not a page before it.', cause },
    );
  }
}
