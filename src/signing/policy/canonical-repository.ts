import { KongcrateError } from '../../errors/kongcrate-error.ts';
import { parseRepositoryName } from '../../reference/reference.ts';

/**
 * One spelling for each repository, so that no other spelling of the same name slips past the rule
 * for it: host in lower case (DNS does not tell cases apart), the port of https left out, no zeros
 * before a port, Docker Hub under its one name.
 * @returns undefined for what is no repository
 */
export function canonicalRepository(repository: string): string | undefined {
  const slash = repository.indexOf('/');
  const host = repository
    .slice(0, slash)
    .toLowerCase()
    .replace(/:0+(?=\d)/, ':')
    .replace(/:443$/, '');
  try {
    const isName = slash > 0 && !repository.includes('//');
    return isName ? parseRepositoryName(`${host}${repository.slice(slash)}`) : undefined;
  } catch (error) {
    if (error instanceof KongcrateError) return undefined;
    throw error;
  }
}
