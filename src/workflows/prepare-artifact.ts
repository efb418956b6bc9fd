import { KongcrateError } from '../errors/kongcrate-error.ts';
import { DEFAULT_ARCHIVE_LIMITS } from '../archive/archive-limits.ts';
import { expandGzip } from '../archive/expand-gzip.ts';
import { readArchive } from '../archive/read-archive.ts';
import { buildArtifact, type Artifact, type ArtifactLayout } from '../plugin/artifact.ts';
import type { Finding } from '../plugin/finding.ts';
import { readInstallable } from '../plugin/read-installable.ts';
import { digestOf } from '../reference/digest.ts';
import { packPlugin, type PackedPlugin, type PackOptions } from './pack-plugin.ts';
import { kindOfPath, readSourceFile } from './read-source-tree.ts';

export interface PrepareOptions extends Omit<PackOptions, 'shape'> {
  /** Default `image`. */
  readonly layout?: ArtifactLayout;
  /** More manifest annotations, such as `org.opencontainers.image.source`. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** From SOURCE_DATE_EPOCH; default 1970. */
  readonly created?: Date;
}

/** What is about to be pushed: everything that can be checked without a store has been. */
export interface PreparedArtifact {
  readonly name: string;
  readonly version: string;
  readonly artifact: Artifact;
  readonly warnings: readonly Finding[];
}

type Layered = Pick<PackedPlugin, 'name' | 'version' | 'priority' | 'annotations' | 'warnings'> & {
  readonly layer: Pick<PackedPlugin['layer'], 'bytes' | 'diffId'>;
};

/**
 * Packs a directory, or takes a gzip'd archive as it is, and builds the artifact around it.
 * @throws KongcrateError as packing and reading do, and USAGE
 */
export async function prepareArtifact(
  source: string,
  options: PrepareOptions = {},
): Promise<PreparedArtifact> {
  const layout = options.layout ?? 'image';
  const packed: Layered =
    kindOfPath(source) === 'directory'
      ? await packPlugin(source, { ...options, shape: layout === 'tree' ? 'tree' : 'image' })
      : readPacked(source, options);
  const { name, version, priority } = packed;
  const artifact = buildArtifact({
    layout,
    layer: packed.layer.bytes,
    diffId: packed.layer.diffId,
    name,
    version,
    ...(priority === undefined ? {} : { priority }),
    annotations: { ...(layout === 'cosign' ? {} : packed.annotations), ...options.annotations },
    created: options.created ?? new Date(0),
  });
  return { name, version, artifact, warnings: packed.warnings };
}

/** An archive that `pack`, `tar` or another tool wrote keeps its bytes, and so its digest. */
function readPacked(file: string, options: PrepareOptions): Layered {
  const bytes = readSourceFile(file);
  const limits = options.limits ?? DEFAULT_ARCHIVE_LIMITS;
  const plan = readArchive(bytes, limits);
  const plugin = readInstallable(plan, options.name === undefined ? {} : { name: options.name });
  const version = options.version ?? plugin.version;
  if (version === undefined)
    throw new KongcrateError('USAGE', `${file} does not say which version it is`, {
      remedy: 'Give it with --version.',
    });
  const { name, priority } = plugin;
  return {
    name,
    version,
    ...(priority === undefined ? {} : { priority }),
    layer: { bytes, diffId: digestOf(expandGzip(bytes, limits.maxUnpackedBytes)) },
    annotations: {},
    warnings: [],
  };
}
