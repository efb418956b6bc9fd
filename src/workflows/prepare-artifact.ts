import { KongcrateError } from '../errors/kongcrate-error.ts';
import { DEFAULT_ARCHIVE_LIMITS } from '../archive/archive-limits.ts';
import { readSpooledLayer } from '../archive/read-archive.ts';
import { sniffFormat } from '../archive/sniff-format.ts';
import { digestOfSource } from '../content/hash-source.ts';
import type { Spooling } from '../content/spool.ts';
import type { Software } from '../attestation/sbom/software.ts';
import { buildArtifact, type Artifact, type ArtifactLayout } from '../plugin/artifact.ts';
import type { Finding } from '../plugin/finding.ts';
import { readInstallable } from '../plugin/read-installable.ts';
import { refuseSecrets } from '../plugin/refuse-secrets.ts';
import {
  packPlugin,
  versionAnnotation,
  type PackedPlugin,
  type PackOptions,
} from './pack-plugin.ts';
import { openSourceFile } from './open-source-file.ts';
import { kindOfPath } from './read-source-tree.ts';

const LICENSES = 'org.opencontainers.image.licenses';

export interface PrepareOptions extends Omit<PackOptions, 'shape'> {
  /** Default `image`. */
  readonly layout?: ArtifactLayout;
  /** Docker's media types in place of OCI's, with `image` and `tree`; another digest. */
  readonly dockerMediaTypes?: boolean;
  /** More manifest annotations, such as `org.opencontainers.image.source`. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** From SOURCE_DATE_EPOCH; default 1970. */
  readonly created?: Date;
}

/** What is prepared can be read as long as the spools are lent. */
export type SpooledPrepareOptions = PrepareOptions & { readonly spooling: Spooling };

/** What is about to be pushed: everything that can be checked without a store has been. */
export interface PreparedArtifact {
  readonly name: string;
  readonly version: string;
  readonly artifact: Artifact;
  /** What an SBOM says of it. */
  readonly software: Software;
  readonly warnings: readonly Finding[];
}

type Layered = Pick<PackedPlugin, 'name' | 'version' | 'priority' | 'annotations' | 'warnings'> &
  Pick<PackedPlugin, 'contents' | 'dependencies'> & {
    readonly layer: Pick<PackedPlugin['layer'], 'bytes' | 'digest' | 'diffId'>;
  };

/**
 * Packs a directory, or takes a gzip'd archive as it is, and builds the artifact around it.
 * @throws KongcrateError as packing and reading do, and USAGE
 */
export async function prepareArtifact(
  source: string,
  options: SpooledPrepareOptions,
): Promise<PreparedArtifact> {
  const { layout = 'image', dockerMediaTypes = false } = options;
  if (dockerMediaTypes && layout !== 'image' && layout !== 'tree')
    throw new KongcrateError('USAGE', `--layout ${layout} has no form in Docker's media types`, {
      remedy: 'Give --layout image or tree with --docker-media-types, or leave one of them out.',
    });
  const isDirectory = kindOfPath(source) === 'directory';
  if (layout === 'tree' && !isDirectory)
    throw new KongcrateError('USAGE', `--layout tree packs a directory, and ${source} is a file`, {
      remedy: "Give the plugin's directory, or leave --layout out.",
    });
  const packed: Layered = isDirectory
    ? await packPlugin(source, { ...options, shape: layout === 'tree' ? 'tree' : 'image' })
    : await readPacked(source, options);
  const { name, version, priority } = packed;
  const artifact = buildArtifact({
    layout,
    dockerMediaTypes,
    layer: packed.layer,
    diffId: packed.layer.diffId,
    name,
    version,
    ...(priority === undefined ? {} : { priority }),
    annotations: { ...(layout === 'cosign' ? {} : packed.annotations), ...options.annotations },
    created: options.created ?? new Date(0),
  });
  const { contents: files, dependencies } = packed;
  const license = packed.annotations[LICENSES];
  const software = {
    ...{ name, version, files, dependencies },
    ...(license === undefined ? {} : { license }),
  };
  return { name, version, artifact, software, warnings: packed.warnings };
}

/** An archive that `pack`, `tar` or another tool wrote keeps its bytes, and so its digest. */
async function readPacked(file: string, options: SpooledPrepareOptions): Promise<Layered> {
  const limits = options.limits ?? DEFAULT_ARCHIVE_LIMITS;
  const maxBytes = Math.max(limits.maxUnpackedBytes, DEFAULT_ARCHIVE_LIMITS.maxUnpackedBytes);
  const bytes = openSourceFile(file, { ...options, maxBytes });
  if (sniffFormat(bytes) !== 'gzip')
    throw new KongcrateError('ARCHIVE_REFUSED', `${file} is no gzip'd archive`, {
      remedy: 'Push the directory itself, or pack it with kongcrate pack or tar czf.',
      details: { reason: 'FORMAT' },
    });
  const { plan, tar } = await readSpooledLayer(bytes, options);
  refuseSecrets(plan.files);
  const plugin = await readInstallable(
    plan,
    options.name === undefined ? {} : { name: options.name },
  );
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
    layer: { bytes, digest: plan.archiveDigest, diffId: digestOfSource(tar) },
    annotations: versionAnnotation(version),
    contents: plan.files,
    dependencies: [],
    warnings: [],
  };
}
