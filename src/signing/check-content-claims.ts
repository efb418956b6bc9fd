import type { ImageManifest } from '../content/manifest.ts';
import type { PinnedReference } from '../content/verified-subject.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { PLUGIN_NAME_ANNOTATION, PLUGIN_VERSION_ANNOTATION } from '../reference/media-types.ts';
import { tagFits } from '../reference/version.ts';

/**
 * Holds what the manifest says of its plugin against what was asked for. A key signs many plugins
 * and versions: this is what stops a replay of another one under this name or tag.
 * @throws KongcrateError IDENTITY_MISMATCH
 */
export function checkContentClaims(
  { annotations }: ImageManifest,
  { repository, tag }: PinnedReference,
  expectedName: string | undefined,
): void {
  const name = annotations[PLUGIN_NAME_ANNOTATION];
  if (name !== undefined && expectedName !== undefined && name !== expectedName)
    throw mismatch(
      `${repository} holds the plugin ${JSON.stringify(name)}, not ${JSON.stringify(expectedName)}`,
    );
  const version = annotations[PLUGIN_VERSION_ANNOTATION];
  if (version !== undefined && !tagFits(tag, version))
    throw mismatch(`the tag ${String(tag)} of ${repository} holds version ${version}`);
}

function mismatch(message: string): KongcrateError {
  return new KongcrateError('IDENTITY_MISMATCH', message, {
    remedy: 'Check the reference with kongcrate inspect: the tag was moved, or the name is wrong.',
  });
}
