import { openTar } from '../archive/open-tar.ts';
import { readArchive } from '../archive/read-archive.ts';
import { scanTar } from '../archive/scan-tar.ts';
import { DEFAULT_ARCHIVE_LIMITS } from '../archive/archive-limits.ts';
import { wholeOf } from '../content/byte-source.ts';
import type { CallOptions, ReadableStore } from '../content/content-store.ts';
import type { ArchivedFile } from '../content/extraction-plan.ts';
import type { ImageIndex, ImageManifest } from '../content/manifest.ts';
import { readContent } from '../content/read-content.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { Capability, PackagedPlugin } from '../plugin/capabilities/capability.ts';
import { describeCapabilities } from '../plugin/capabilities/describe-capabilities.ts';
import { provideDependencies, type ProvidedDependency } from '../plugin/provide-dependencies.ts';
import { readInstallable } from '../plugin/read-installable.ts';
import { readRockspec, type RockspecFacts } from '../plugin/rockspec.ts';
import { DEFAULT_MAX_LAYER_BYTES } from './fetch-layer.ts';

/** What a plugin's archive holds, as far as it is one. */
export interface InspectedContent {
  readonly files: readonly { readonly path: string; readonly size: number }[];
  /** Which ways to Kong nodes are open besides `install`; empty where it is no plugin. */
  readonly capabilities: readonly Capability[];
  /** What the rockspec in it depends on, and who provides it; empty where it has none. */
  readonly dependencies: readonly ProvidedDependency[];
}

/**
 * Reads the one layer of an artifact; `undefined` where it has several, a huge one, or one that is
 * no archive: nobody is asked to inspect plugins only.
 */
export async function readLayerContent(
  store: ReadableStore,
  document: ImageManifest | ImageIndex,
  options: CallOptions,
): Promise<InspectedContent | undefined> {
  const layers = document.kind === 'manifest' ? document.layers : [];
  const [layer] = layers;
  if (layer === undefined || layers.length > 1 || layer.size > DEFAULT_MAX_LAYER_BYTES) return;
  const bytes = await readContent(store, layer, {
    ...options,
    limitBytes: DEFAULT_MAX_LAYER_BYTES,
  });
  return orRefused(async () => {
    const plan = readArchive(bytes);
    const entries = scanTar(openTar(bytes, DEFAULT_ARCHIVE_LIMITS.maxUnpackedBytes));
    const layerTypes = layers.map(({ mediaType }) => mediaType);
    return describeContent(plan, { entries, layerTypes });
  });
}

/** The files of an archive, and what can be done with the plugin in it. */
export async function describeContent(
  plan: Parameters<typeof readInstallable>[0],
  packaged: Pick<PackagedPlugin, 'entries' | 'layerTypes'>,
): Promise<InspectedContent> {
  const plugin = await orRefused(() => readInstallable(plan));
  return {
    files: plan.files.map(sizeOf),
    capabilities: plugin === undefined ? [] : describeCapabilities({ ...plugin, ...packaged }),
    dependencies: (await orRefused(() => readDependencies(plan.files))) ?? [],
  };
}

/** A layer for Kong has no rockspec; the trees of `--layout tree` and hand-made ones do. */
function readDependencies(files: readonly ArchivedFile[]): readonly ProvidedDependency[] {
  const facts = readRockspecOf(files);
  if (facts === undefined) return [];
  const paths = files.map(({ path }) => path.replace(/^[^/]+\/(?=kong\/)/, ''));
  return provideDependencies(facts.dependencies, paths);
}

/**
 * The rockspec in an archive, if it has exactly one.
 * @param isBuilt whether the archive is a rock
 * @throws KongcrateError PLUGIN_REFUSED as `readRockspec`
 */
export function readRockspecOf(
  files: readonly ArchivedFile[],
  isBuilt = false,
): RockspecFacts | undefined {
  const [rockspec, ...more] = files.filter(({ path }) => path.endsWith('.rockspec'));
  if (rockspec === undefined || more.length > 0) return undefined;
  const text = Buffer.from(wholeOf(rockspec.bytes)).toString('utf8');
  return readRockspec(rockspec.path, text, isBuilt);
}

function sizeOf({ path, bytes }: ArchivedFile): InspectedContent['files'][number] {
  return { path, size: bytes.length };
}

/** What is no archive, or no plugin, can be inspected all the same. */
export async function orRefused<Result>(
  read: () => Result | Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await read();
  } catch (error) {
    const isRefused = error instanceof KongcrateError && error.category === 'refused';
    if (isRefused) return undefined;
    throw error;
  }
}
