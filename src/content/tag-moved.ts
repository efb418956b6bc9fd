import { KongcrateError } from '../errors/kongcrate-error.ts';

/** The error for a tag that another writer moved between its reading and its writing. */
export function tagMoved(place: string, tag: string): KongcrateError {
  return new KongcrateError(
    'TAG_EXISTS',
    `${place}:${tag} was written by somebody else at the same time`,
    { remedy: 'Run the command again: it adds to what stands there now.', details: { tag } },
  );
}
