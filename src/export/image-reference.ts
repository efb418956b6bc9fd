import { KongcrateError } from '../errors/kongcrate-error.ts';
import { parseReference } from '../reference/reference.ts';
import { comment } from './headline.ts';

/** Kong's image unless `--base` names another one. */
export const KONG_IMAGE = 'kong:3.9';

/**
 * Holds the value of `--base` to the grammar of references, so that it can stand in any file.
 * @throws KongcrateError USAGE, REFERENCE_INVALID
 */
export function demandImage(text: string): string {
  if (parseReference(text).kind === 'registry' && !text.startsWith('oci://')) return text;
  throw new KongcrateError('USAGE', `--base ${text} is no image in a registry`, {
    remedy: `Write it as docker does, such as ${KONG_IMAGE}@sha256:….`,
  });
}

/** What to say about an image that somebody can exchange; nothing where it is pinned. */
export function pinNote(image: string): readonly string[] {
  if (image.includes('@sha256:')) return [];
  return [comment(`${image} may become another image: --base takes one with its digest`)];
}
