import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { ArchiveLimits } from '../archive/archive-limits.ts';
import { readArchive } from '../archive/read-archive.ts';
import type { CallOptions, ReadableStore } from '../content/content-store.ts';
import type { InstallablePlugin } from '../content/installable-plugin.ts';
import { readContent } from '../content/read-content.ts';
import type { VerifiedSubject } from '../content/verified-subject.ts';
import { readInstallable } from '../plugin/read-installable.ts';
import { PLUGIN_NAME_ANNOTATION, PLUGIN_VERSION_ANNOTATION } from '../reference/media-types.ts';

/** The most bytes a layer may have unless `--max-layer-size` says otherwise. */
export const DEFAULT_MAX_LAYER_BYTES: number = 64 * 1024 * 1024;

export interface FetchOptions extends CallOptions {
  readonly maxLayerBytes?: number;
  readonly limits?: ArchiveLimits;
  readonly expectedName?: string;
}

/** Reads the one layer of a verified subject: its bytes match the signed digest. */
export async function fetchLayer(
  subject: VerifiedSubject,
  store: ReadableStore,
  options: FetchOptions,
): Promise<Buffer> {
  const [layer, ...others] = subject.manifest.layers;
  if (!layer || others.length > 0)
    throw new KongcrateError(
      'PLUGIN_REFUSED',
      `the artifact has ${subject.manifest.layers.length} layers; a plugin has exactly one`,
      { remedy: 'Publish the plugin with kongcrate, or push a single archive.' },
    );
  const limitBytes = options.maxLayerBytes ?? DEFAULT_MAX_LAYER_BYTES;
  return readContent(store, layer, { ...options, limitBytes });
}

/**
 * Reads the plugin out of a verified subject. The signed name, where there is one, must be the
 * name in the archive.
 * @throws KongcrateError PLUGIN_REFUSED, ARCHIVE_REFUSED, CONTENT_TOO_LARGE, DIGEST_MISMATCH
 */
export async function fetchPlugin(
  subject: VerifiedSubject,
  store: ReadableStore,
  options: FetchOptions = {},
): Promise<InstallablePlugin> {
  const plan = readArchive(await fetchLayer(subject, store, options), options.limits);
  const { annotations } = subject.manifest;
  const name = annotations[PLUGIN_NAME_ANNOTATION] ?? options.expectedName;
  const version = annotations[PLUGIN_VERSION_ANNOTATION];
  const plugin = readInstallable(plan, name === undefined ? {} : { name });
  // The signed version, which the rockspec may give, decides over the handler's VERSION.
  return version === undefined ? plugin : { ...plugin, version };
}
