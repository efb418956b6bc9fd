import type { ImageManifest } from '../../content/manifest.ts';
import { KongcrateError } from '../../errors/kongcrate-error.ts';
import { PLUGIN_NAME_ANNOTATION, PLUGIN_VERSION_ANNOTATION } from '../../reference/media-types.ts';
import { tagFits } from '../../reference/version.ts';
import type { ArtifactQuestion } from './trust-question.ts';

/**
 * Holds what the manifest says of its plugin against what was asked for. A key signs many plugins
 * and versions: this is what stops a replay of another one under this name or tag.
 * @returns IDENTITY_MISMATCH; undefined where nothing speaks against it
 */
export function refuseClaims(
  { annotations }: ImageManifest,
  { reference, expectedName }: ArtifactQuestion,
): KongcrateError | undefined {
  const { repository, tag } = reference;
  const name = annotations[PLUGIN_NAME_ANNOTATION];
  if (name !== undefined && expectedName !== undefined && name !== expectedName)
    return mismatch(
      `${repository} holds the plugin ${JSON.stringify(name)}, not ${JSON.stringify(expectedName)}`,
    );
  const version = annotations[PLUGIN_VERSION_ANNOTATION];
  if (version !== undefined && !tagFits(tag, version))
    return mismatch(`the tag ${String(tag)} of ${repository} holds version ${version}`);
  return undefined;
}

function mismatch(message: string): KongcrateError {
  return new KongcrateError('IDENTITY_MISMATCH', message, {
    remedy: 'Check the reference with kongcrate inspect: the tag was moved, or the name is wrong.',
  });
}
