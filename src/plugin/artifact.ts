import type { ByteSource } from '../content/byte-source.ts';
import type { Content } from '../content/content.ts';
import { describe, type Descriptor } from '../content/descriptor.ts';
import { goJson, sortedJson } from '../content/go-json.ts';
import { contentOf } from '../content/content-of.ts';
import type { Digest } from '../reference/digest.ts';
import {
  DOCKER_CONFIG,
  DOCKER_LAYER_GZIP,
  DOCKER_MANIFEST,
  OCI_CONFIG,
  OCI_EMPTY,
  OCI_LAYER_GZIP,
  OCI_MANIFEST,
  PLUGIN_ARTIFACT_TYPE,
  PLUGIN_NAME_ANNOTATION,
  PLUGIN_PRIORITY_ANNOTATION,
  PLUGIN_VERSION_ANNOTATION,
  TITLE_ANNOTATION,
} from '../reference/media-types.ts';

/**
 * `image`: what every consumer reads (the default). `tree`: the same around the seed's inner tree.
 * `cosign`: byte for byte what `cosign upload blob` pushes. `artifact`: OCI 1.1 with an empty config.
 */
export type ArtifactLayout = 'image' | 'tree' | 'cosign' | 'artifact';

export interface ArtifactSource {
  readonly layout: ArtifactLayout;
  /** `image` and `tree` for a registry that knows no OCI: the same files, another digest. */
  readonly dockerMediaTypes?: boolean;
  /** The layer as it is pushed, gzip'd tar. */
  readonly layer: { readonly bytes: ByteSource; readonly digest: Digest };
  /** sha256 of the uncompressed tar. */
  readonly diffId: Digest;
  readonly name: string;
  readonly version: string;
  readonly priority?: number;
  /** More manifest annotations, such as `org.opencontainers.image.source`. */
  readonly annotations: Readonly<Record<string, string>>;
  /** `created` of the image config; a function of SOURCE_DATE_EPOCH, never of the clock. */
  readonly created: Date;
}

/** Content in the order in which it must be pushed; the manifest is last. */
export interface Artifact {
  readonly manifest: Descriptor;
  readonly contents: readonly { readonly descriptor: Descriptor; readonly content: Content }[];
}

/** Builds the manifest and config around a layer: OCI image-spec, and FORMATS of `cosign upload blob`. */
export function buildArtifact(source: ArtifactSource): Artifact {
  return source.layout === 'cosign' ? buildCosign(source) : buildImage(source);
}

interface MediaTypes {
  readonly manifest: string;
  readonly config: string;
  readonly layer: string;
}

const OCI: MediaTypes = { manifest: OCI_MANIFEST, config: OCI_CONFIG, layer: OCI_LAYER_GZIP };
/** Docker's image manifest, version 2, schema 2. */
const DOCKER: MediaTypes = {
  manifest: DOCKER_MANIFEST,
  config: DOCKER_CONFIG,
  layer: DOCKER_LAYER_GZIP,
};

function typesOf({ layout, dockerMediaTypes }: ArtifactSource): MediaTypes {
  if (layout === 'artifact') return { ...OCI, config: OCI_EMPTY };
  return dockerMediaTypes === true ? DOCKER : OCI;
}

function buildImage(source: ArtifactSource): Artifact {
  const types = typesOf(source);
  const config = Buffer.from(types.config === OCI_EMPTY ? '{}' : imageConfig(source));
  const layer = describeLayer(types.layer, source);
  // `artifactType` is OCI 1.1's.
  const artifactType = types === DOCKER ? '' : `"artifactType":"${PLUGIN_ARTIFACT_TYPE}",`;
  const title = { [TITLE_ANNOTATION]: `${source.name}-${source.version}.tar.gz` };
  const manifest =
    `{"schemaVersion":2,"mediaType":"${types.manifest}",${artifactType}` +
    `"config":${descriptorJson(describe(types.config, config))},` +
    `"layers":[${descriptorJson(layer, title)}],` +
    `"annotations":${sortedJson(manifestAnnotations(source), goJson)}}`;
  return assemble(source, config, { types, manifest, layer });
}

function buildCosign(source: ArtifactSource): Artifact {
  const layer = describeLayer('application/x-gzip', source);
  const epoch = '0001-01-01T00:00:00Z';
  const config = Buffer.from(
    goJson({
      architecture: '',
      created: epoch,
      history: [{ created: epoch }],
      os: '',
      // cosign puts the digest of the compressed blob here: that is its format.
      rootfs: { type: 'layers', diff_ids: [layer.digest] },
      config: {},
    }),
  );
  const manifest =
    `{"schemaVersion":2,"mediaType":"${OCI_MANIFEST}",` +
    `"config":${descriptorJson(describe(OCI_CONFIG, config))},"layers":[${descriptorJson(layer)}]` +
    (Object.keys(source.annotations).length > 0
      ? `,"annotations":${sortedJson(source.annotations, goJson)}}`
      : '}');
  return assemble(source, config, { types: OCI, manifest, layer });
}

function assemble(
  source: ArtifactSource,
  config: Uint8Array,
  built: { types: MediaTypes; manifest: string; layer: Descriptor },
): Artifact {
  const bytes = Buffer.from(built.manifest);
  const manifest = describe(built.types.manifest, bytes);
  return {
    manifest,
    contents: [
      { descriptor: describe(built.types.config, config), content: config },
      { descriptor: built.layer, content: contentOf(source.layer.bytes) },
      { descriptor: manifest, content: bytes },
    ],
  };
}

function describeLayer(mediaType: string, { layer }: ArtifactSource): Descriptor {
  return { mediaType, digest: layer.digest, size: layer.bytes.length };
}

/** A real image config: containerd, docker and buildah refuse layers without right `diff_ids`. */
function imageConfig(source: ArtifactSource): string {
  const created = formatTime(source.created);
  return goJson({
    architecture: 'amd64',
    os: 'linux',
    created,
    config: {},
    rootfs: { type: 'layers', diff_ids: [source.diffId] },
    history: [{ created, created_by: `kongcrate pack ${source.name} ${source.version}` }],
  });
}

function manifestAnnotations(source: ArtifactSource): Record<string, string> {
  return {
    ...source.annotations,
    [PLUGIN_NAME_ANNOTATION]: source.name,
    [PLUGIN_VERSION_ANNOTATION]: source.version,
    ...(source.priority === undefined
      ? {}
      : { [PLUGIN_PRIORITY_ANNOTATION]: String(source.priority) }),
  };
}

/** Key order of go-containerregistry, which cosign's and crane's readers print as well. */
function descriptorJson(
  descriptor: Descriptor,
  annotations?: Readonly<Record<string, string>>,
): string {
  const { mediaType, size, digest } = descriptor;
  const text = goJson({ mediaType, size, digest });
  return annotations
    ? `${text.slice(0, -1)},"annotations":${sortedJson(annotations, goJson)}}`
    : text;
}

/** RFC 3339 in whole seconds, as every annotation and config of the field has it. */
function formatTime(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}
