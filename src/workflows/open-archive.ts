import type { ArchiveLimits } from '../archive/archive-limits.ts';
import { archiveRefused, quote } from '../archive/archive-refused.ts';
import { readSpooledArchive } from '../archive/read-archive.ts';
import { readContainer } from '../archive/read-container.ts';
import { sniffFormat } from '../archive/sniff-format.ts';
import { wholeOf, type ByteSource } from '../content/byte-source.ts';
import type { CallOptions, ReadableStore } from '../content/content-store.ts';
import type { Descriptor } from '../content/descriptor.ts';
import type { ExtractionPlan } from '../content/extraction-plan.ts';
import { MAX_MANIFEST_BYTES, type ImageIndex, type ImageManifest } from '../content/manifest.ts';
import { readContent, readManifest, readSpooledContent } from '../content/read-content.ts';
import type { Spooling } from '../content/spool.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { ArchivedLayout } from '../layout/archived-layout.ts';
import { isCompanion } from '../layout/index-entries.ts';
import { LayoutFiles } from '../layout/layout-files.ts';
import type { LayoutReader } from '../layout/layout-reader.ts';
import { LayoutStore } from '../layout/layout-store.ts';
import { isManifestType } from '../reference/media-types.ts';
import { isLayoutReference } from '../reference/reference.ts';
import { layerLimits } from './fetch-layer.ts';
import { openSourceFile } from './open-source-file.ts';
import { kindOfPath } from './read-source-tree.ts';
import type { SpoolOptions } from './with-spools.ts';

export interface OpenedArchive {
  readonly kind: 'plain' | 'docker-archive' | 'oci-layout' | 'rock';
  /** The archive that holds the plugin, as it stands in the file or layout; of a rock a tar of its modules. */
  readonly layer: ByteSource;
  readonly plan: ExtractionPlan;
  /** What the manifest says of it, where it has one. */
  readonly annotations?: ImageManifest['annotations'];
}

export interface OpenArchiveOptions extends SpoolOptions, CallOptions {
  readonly limits?: ArchiveLimits;
  /** The most bytes the layer of an OCI layout may have. */
  readonly maxLayerBytes?: number;
}

/** What is opened can be read as long as the spools are lent. */
export type SpooledArchiveOptions = OpenArchiveOptions & { readonly spooling: Spooling };

/**
 * Reads whatever a plugin may have been packed or pulled into: a plain or nested tar(.gz), the
 * tarball of `crane pull` and `docker save`, an OCI layout as directory or tar, a rock of LuaRocks.
 * Says nothing about trust.
 * @param path a path, or `oci-layout:DIRECTORY:TAG` or `oci-archive:FILE:TAG` for one of several
 * @throws KongcrateError ARCHIVE_REFUSED, PLUGIN_REFUSED, SOURCE_UNREADABLE, NOT_FOUND, CONTENT_INVALID, …
 */
export async function openArchive(
  path: string,
  options: SpooledArchiveOptions,
): Promise<OpenedArchive> {
  if (isLayoutReference(path)) {
    const { openPinned, openStore } = await import('./open-store.ts');
    const { store, pinned } = await openPinned(path, {}, openStore);
    return openArtifacts(store, [pinned.descriptor], options);
  }
  if (kindOfPath(path) === 'directory') return openWhole(new LayoutFiles(path), options);
  return openArchiveBytes(path, openSourceFile(path, options), options);
}

/**
 * Reads a file that is open already.
 * @param path what it is called in messages
 * @throws KongcrateError as {@link openArchive}
 */
export async function openArchiveBytes(
  path: string,
  bytes: ByteSource,
  options: SpooledArchiveOptions,
): Promise<OpenedArchive> {
  if (sniffFormat(bytes) === 'zip')
    return (await import('./open-rock.ts')).openRock(wholeOf(bytes), options.limits);
  const container = await readContainer(bytes, options);
  return container.kind === 'oci-layout'
    ? openWhole(new ArchivedLayout(path, container.files), options)
    : container;
}

function openWhole(reader: LayoutReader, options: SpooledArchiveOptions): Promise<OpenedArchive> {
  const store = new LayoutStore(reader);
  return openArtifacts(store, store.artifacts(), options);
}

/**
 * Reads the one plugin that the artifacts in a store are.
 * @throws KongcrateError as {@link openArchive}
 */
export async function openArtifacts(
  store: ReadableStore,
  artifacts: readonly Descriptor[],
  options: SpooledArchiveOptions,
): Promise<OpenedArchive> {
  try {
    const { layer, annotations } = await readOnlyLayer(store, artifacts, options);
    const plan = await readSpooledArchive(layer, options);
    return { kind: 'oci-layout', layer, plan, annotations };
  } catch (error) {
    if (!(error instanceof KongcrateError) || error.code !== 'NOT_FOUND') throw error;
    // A store that lists what it does not hold contradicts itself.
    throw new KongcrateError('CONTENT_INVALID', error.message, {
      remedy: error.remedy,
      cause: error,
    });
  }
}

async function readOnlyLayer(
  store: ReadableStore,
  artifacts: readonly Descriptor[],
  options: SpooledArchiveOptions,
): Promise<{ readonly layer: ByteSource } & Pick<ImageManifest, 'annotations'>> {
  const images: ImageManifest[] = [];
  for (const artifact of artifacts) images.push(...(await readImages(store, artifact, options)));
  const { config, layers, annotations } = onlyImageOf(images);
  const [descriptor] = layers;
  if (descriptor === undefined || layers.length > 1) throw refuseLayers(layers);
  await readContent(store, config, { ...options, limitBytes: MAX_MANIFEST_BYTES });
  const layer = await readSpooledContent(store, descriptor, layerLimits(options));
  return { layer, annotations };
}

/** The artifact itself, or of an index the manifest for linux/amd64, else all of its platforms. */
async function readImages(
  store: ReadableStore,
  artifact: Descriptor,
  options: CallOptions,
): Promise<readonly ImageManifest[]> {
  const { document } = await readManifest(store, artifact, options);
  if (document.kind === 'manifest') return [document];
  const images: ImageManifest[] = [];
  for (const child of chooseChildren(document)) {
    const { document: image } = await readManifest(store, child, options);
    if (image.kind === 'manifest' && image.subject === undefined) images.push(image);
  }
  return images;
}

function chooseChildren({ manifests }: ImageIndex): readonly Descriptor[] {
  const images = manifests.filter((one) => isManifestType(one.mediaType) && !isCompanion(one));
  const chosen = images.find(
    ({ platform }) => platform?.os === 'linux' && platform.architecture === 'amd64',
  );
  return chosen ? [chosen] : images;
}

/** Manifests with the same layers, such as those of several platforms, are one plugin. */
function onlyImageOf(images: readonly ImageManifest[]): ImageManifest {
  const byLayers = new Map(
    images.map((image) => [image.layers.map(({ digest }) => digest).join(', '), image]),
  );
  const [image] = byLayers.values();
  if (image !== undefined && byLayers.size === 1) return image;
  const layers = [...byLayers.keys()];
  const what = `its layout holds ${layers.length} artifacts`;
  throw archiveRefused(
    'IMAGE_COUNT',
    layers.length === 0 ? what : `${what}, with the layers ${layers.join('; ')}`,
    {
      remedy: 'Name one of them: oci-archive:FILE:TAG, or oci-layout:DIRECTORY:TAG.',
      details: { layers },
    },
  );
}

function refuseLayers(layers: readonly Descriptor[]): KongcrateError {
  const found = layers.map((layer) => `${layer.digest} (${quote(layer.mediaType)})`);
  return archiveRefused('LAYER_COUNT', `it has ${found.length} layers: ${found.join(', ')}`, {
    remedy: 'A plugin is one layer; publish it with `kongcrate publish`.',
    details: { layers: found },
  });
}
