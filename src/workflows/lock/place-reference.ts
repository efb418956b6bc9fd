import { dirname, resolve } from 'node:path';
import type { Digest } from '../../reference/digest.ts';
import { formatReference, parseReference } from '../../reference/reference.ts';

/**
 * A reference of a configuration as commands take it: paths are relative to the file.
 * @param digest pins it; a tag is only a label then
 * @throws KongcrateError REFERENCE_INVALID
 */
export function placeReference(text: string, file: string, digest?: Digest): string {
  const reference = parseReference(text);
  const pinned = digest === undefined ? reference : { ...reference, digest };
  if (pinned.kind === 'registry') return formatReference(pinned);
  return formatReference({ ...pinned, path: resolve(dirname(resolve(file)), pinned.path) });
}
