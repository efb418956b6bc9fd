import { describe, type Descriptor } from '../content/descriptor.ts';
import { goJson } from '../content/go-json.ts';
import type { ImageManifest } from '../content/manifest.ts';
import type { ReadManifest } from '../content/read-content.ts';
import {
  DOCKER_CONFIG,
  DOCKER_MANIFEST,
  OCI_CONFIG,
  OCI_EMPTY,
  OCI_MANIFEST,
} from '../reference/media-types.ts';
import { inGoOrder } from './in-go-order.ts';

/** Bytes to push, with their descriptor. */
interface Encoded {
  readonly descriptor: Descriptor;
  readonly bytes: Buffer;
}

interface MediaTypes {
  readonly manifest: string;
  readonly config: string;
}

interface Document {
  readonly layers: readonly unknown[];
}

type Existing = ReadManifest<ImageManifest> | undefined;

const OCI: MediaTypes = { manifest: OCI_MANIFEST, config: OCI_CONFIG };
const DOCKER: MediaTypes = { manifest: DOCKER_MANIFEST, config: DOCKER_CONFIG };
/** What Go writes for a time that was never set; the same signature gives the same bytes. */
const NO_TIME = '0001-01-01T00:00:00Z';

/**
 * A `.sig` manifest with more layers than the existing one, if there is one, and its config.
 * @param isDocker a new manifest gets Docker's media types, as from cosign 2 and 3 with
 *   COSIGN_DOCKER_MEDIA_TYPES; an existing one keeps its own
 */
export function appendLayers(
  existing: Existing,
  layers: readonly Descriptor[],
  isDocker = false,
): { readonly config: Encoded; readonly manifest: Encoded } {
  const bytes = encodeConfig([...(existing?.document.layers ?? []), ...layers]);
  const types = existing ? typesOf(existing) : isDocker ? DOCKER : OCI;
  const config = { bytes, descriptor: describe(types.config, bytes) };
  const document = existing
    ? (JSON.parse(existing.bytes.toString('utf8')) as Document)
    : { schemaVersion: 2, mediaType: types.manifest, config: {}, layers: [] };
  const manifest = encodeManifest(document, config.descriptor, layers);
  return { config, manifest: { bytes: manifest, descriptor: describe(types.manifest, manifest) } };
}

function typesOf({ descriptor, document }: ReadManifest<ImageManifest>): MediaTypes {
  const { mediaType } = document.config;
  return {
    manifest: descriptor.mediaType,
    config: mediaType === OCI_EMPTY ? OCI_CONFIG : mediaType,
  };
}

/** The image config cosign writes: one history entry and one diff_id, the payload's, a layer. */
function encodeConfig(layers: readonly Descriptor[]): Buffer {
  const config = {
    architecture: '',
    created: NO_TIME,
    history: layers.map(() => ({ created: NO_TIME })),
    os: '',
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
    config: {},
  };
  return Buffer.from(goJson(config));
}

/** Built on the existing document as it stands, so that nothing others wrote in it is lost. */
function encodeManifest(
  document: Document,
  config: Descriptor,
  layers: readonly Descriptor[],
): Buffer {
  return Buffer.from(
    goJson({
      ...document,
      config: inGoOrder(config),
      layers: [
        ...document.layers,
        ...layers.map((layer) => ({ ...inGoOrder(layer), annotations: layer.annotations })),
      ],
    }),
  );
}
