import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { ArchiveLimits } from '../archive/archive-limits.ts';
import type { CallOptions, ReadableStore } from '../content/content-store.ts';
import { readContent } from '../content/read-content.ts';
import type { VerifiedSubject } from '../content/verified-subject.ts';

/** The most bytes a layer may have unless `--max-layer-size` says otherwise. */
export const DEFAULT_MAX_LAYER_BYTES: number = 64 * 1024 * 1024;

export interface FetchOptions extends CallOptions {
  readonly maxLayerBytes?: number;
  readonly limits?: ArchiveLimits;
  readonly expectedName?: string;
  /** Takes a plugin that is called like one of Kong's own. */
  readonly allowBundledName?: boolean;
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
  return readContent(store, layer, { ...options, limitBytes, limitFlag: '--max-layer-size' });
}
