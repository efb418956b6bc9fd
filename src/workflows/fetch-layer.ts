import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { ArchiveLimits } from '../archive/archive-limits.ts';
import type { ByteSource } from '../content/byte-source.ts';
import type { CallOptions, ReadableStore } from '../content/content-store.ts';
import type { Descriptor } from '../content/descriptor.ts';
import { readSpooledContent, type ReadOptions } from '../content/read-content.ts';
import type { Spooling } from '../content/spool.ts';
import type { VerifiedSubject } from '../content/verified-subject.ts';
import type { SpoolOptions } from './with-spools.ts';

/** The most bytes a layer may have unless `--max-layer-size` says otherwise. */
export const DEFAULT_MAX_LAYER_BYTES: number = 64 * 1024 * 1024;

export interface FetchOptions extends CallOptions, SpoolOptions {
  readonly maxLayerBytes?: number;
  readonly limits?: ArchiveLimits;
  readonly expectedName?: string;
  /** Takes a plugin that is called like one of Kong's own. */
  readonly allowBundledName?: boolean;
}

/** Reads the one layer of a verified subject: its bytes match the signed digest. */
export function fetchLayer(
  subject: VerifiedSubject,
  store: ReadableStore,
  options: FetchOptions & { readonly spooling: Spooling },
): Promise<ByteSource> {
  return readSpooledContent(store, onlyLayerOf(subject), layerLimits(options));
}

/** The same options, with the limit for a layer. */
export function layerLimits<Options extends FetchOptions>(options: Options): Options & ReadOptions {
  const limitBytes = options.maxLayerBytes ?? DEFAULT_MAX_LAYER_BYTES;
  return { ...options, limitBytes, limitFlag: '--max-layer-size' };
}

/** @throws KongcrateError PLUGIN_REFUSED where an artifact has none or several */
export function onlyLayerOf(subject: VerifiedSubject): Descriptor {
  const [layer, ...others] = subject.manifest.layers;
  if (!layer || others.length > 0)
    throw new KongcrateError(
      'PLUGIN_REFUSED',
      `the artifact has ${subject.manifest.layers.length} layers; a plugin has exactly one`,
      { remedy: 'Publish the plugin with kongcrate, or push a single archive.' },
    );
  return layer;
}
