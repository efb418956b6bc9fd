import { describe, type Descriptor } from '../../src/content/descriptor.ts';
import type { ContentStore } from '../../src/content/content-store.ts';
import { OCI_CONFIG, OCI_LAYER_GZIP, OCI_MANIFEST } from '../../src/reference/media-types.ts';

export interface SmallArtifact {
  readonly config: Descriptor;
  readonly layer: Descriptor;
  readonly manifest: Descriptor;
  readonly contents: readonly (readonly [Descriptor, Buffer])[];
}

/** A manifest with one config and one layer; `fields` are added to the manifest. */
export function makeArtifact(layerText: string, fields: object = {}): SmallArtifact {
  const configBytes = Buffer.from('{"architecture":"amd64","os":"linux"}');
  const layerBytes = Buffer.from(layerText);
  const config = describe(OCI_CONFIG, configBytes);
  const layer = describe(OCI_LAYER_GZIP, layerBytes);
  const manifestBytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: OCI_MANIFEST,
      config,
      layers: [layer],
      ...fields,
    }),
  );
  const manifest = describe(OCI_MANIFEST, manifestBytes);
  const contents = [
    [config, configBytes],
    [layer, layerBytes],
    [manifest, manifestBytes],
  ] as const;
  return { config, layer, manifest, contents };
}

/** Pushes an artifact in the order a registry demands. */
export async function pushArtifact(store: ContentStore, artifact: SmallArtifact): Promise<void> {
  for (const [descriptor, bytes] of artifact.contents) await store.push(descriptor, bytes);
}
