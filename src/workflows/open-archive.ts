import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { ArchiveLimits } from '../archive/archive-limits.ts';
import { readArchive } from '../archive/read-archive.ts';
import { readContainer } from '../archive/read-container.ts';
import type { ExtractionPlan } from '../content/extraction-plan.ts';
import type { ImageIndex, ImageManifest } from '../content/manifest.ts';
import { readContent, readManifest } from '../content/read-content.ts';
import { OciLayoutStore } from '../layout/oci-layout-store.ts';
import { DEFAULT_MAX_LAYER_BYTES } from './fetch-plugin.ts';
import { kindOfPath, readSourceFile } from './read-source-tree.ts';

export interface OpenedArchive {
  readonly kind: 'plain' | 'docker-archive' | 'oci-layout';
  readonly plan: ExtractionPlan;
}

export interface OpenArchiveOptions {
  readonly limits?: ArchiveLimits;
  readonly maxLayerBytes?: number;
}

/**
 * Reads whatever a plugin may have been packed or pulled into: a plain or nested tar(.gz), the
 * tarball of `crane pull` and `docker save`, an OCI layout as directory or tar. Says nothing about
 * trust.
 * @throws KongcrateError ARCHIVE_REFUSED, SOURCE_UNREADABLE, NOT_FOUND, CONTENT_INVALID, …
 */
export async function openArchive(
  path: string,
  options: OpenArchiveOptions = {},
): Promise<OpenedArchive> {
  if (kindOfPath(path) === 'directory') return openLayout(path, options);
  const { kind, plan } = readContainer(readSourceFile(path), options.limits);
  return { kind, plan };
}

async function openLayout(path: string, options: OpenArchiveOptions): Promise<OpenedArchive> {
  const store = new OciLayoutStore(path);
  const { document } = await readManifest(store, await store.resolve(undefined));
  const layer = onlyLayer(document, path);
  const limitBytes = options.maxLayerBytes ?? DEFAULT_MAX_LAYER_BYTES;
  const bytes = await readContent(store, layer, { limitBytes });
  return { kind: 'oci-layout', plan: readArchive(bytes, options.limits) };
}

function onlyLayer(document: ImageManifest | ImageIndex, path: string): ImageManifest['layers'][0] {
  const layers = document.kind === 'manifest' ? document.layers : [];
  const [layer] = layers;
  if (layer && layers.length === 1) return layer;
  throw new KongcrateError('ARCHIVE_REFUSED', `${path} holds no artifact with exactly one layer`, {
    remedy: 'Name an archive or layout of a single plugin.',
    details: { reason: 'LAYERS' },
  });
}
