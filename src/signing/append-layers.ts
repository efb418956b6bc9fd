import { describe, type Descriptor } from '../content/descriptor.ts';
import { goJson } from '../content/go-json.ts';
import type { ImageManifest } from '../content/manifest.ts';
import type { ReadManifest } from '../content/read-content.ts';
import { OCI_CONFIG, OCI_EMPTY, OCI_MANIFEST } from '../reference/media-types.ts';
import { inGoOrder } from './in-go-order.ts';

/** Bytes to push, with their descriptor. */
interface Encoded {
  readonly descriptor: Descriptor;
  readonly bytes: Buffer;
}

type Existing = ReadManifest<ImageManifest> | undefined;

/** What Go writes for a time that was never set; the same signature gives the same bytes. */
const NO_TIME = '0001-01-01T00:00:00Z';

/** A `.sig` manifest with more layers than the existing one, if there is one, and its config. */
export function appendLayers(
  existing: Existing,
  layers: readonly Descriptor[],
): { readonly config: Encoded; readonly manifest: Encoded } {
  const bytes = encodeConfig([...(existing?.document.layers ?? []), ...layers]);
  const config = { bytes, descriptor: describe(configTypeOf(existing), bytes) };
  const manifest = encodeManifest(existing, config.descriptor, layers);
  const descriptor = describe(existing?.descriptor.mediaType ?? OCI_MANIFEST, manifest);
  return { config, manifest: { bytes: manifest, descriptor } };
}

function configTypeOf(existing: Existing): string {
  const mediaType = existing?.document.config.mediaType ?? OCI_EMPTY;
  return mediaType === OCI_EMPTY ? OCI_CONFIG : mediaType;
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
  existing: Existing,
  config: Descriptor,
  layers: readonly Descriptor[],
): Buffer {
  const document = existing
    ? (JSON.parse(existing.bytes.toString('utf8')) as { layers: readonly unknown[] })
    : { schemaVersion: 2, mediaType: OCI_MANIFEST, config: {}, layers: [] };
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
