import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect } from 'vitest';
import {
  OCI_CONFIG,
  OCI_LAYER_GZIP,
  OCI_MANIFEST,
  PLUGIN_ARTIFACT_TYPE,
} from '../../../src/reference/media-types.ts';
import { sha256Hex } from '../../signing/support.ts';
import { readRegistry } from './read-registry.ts';
import type { CellInput, Outcome } from './run-cell.ts';

/** The archive is the only layer, byte for byte; the manifest is what digest and tag name. */
export async function expectUpload(
  { archive, digest, reference, repository }: Outcome,
  { choice, place }: CellInput,
): Promise<void> {
  expect(reference).toBe(`${repository}@${digest}`);
  const registry = readRegistry(repository, place);
  const manifest = await registry.read('manifests/1.2.0');
  expect(digestOf(manifest)).toBe(digest);
  const layer = readFileSync(archive);
  expect((await registry.read(`blobs/${digestOf(layer)}`)).equals(layer)).toBe(true);
  if (choice.upload !== 'kongcrate') {
    expect(manifest.toString()).toBe(uploadedBlob(layer));
    return;
  }
  const { config, ...document } = JSON.parse(manifest.toString()) as { config: Blob };
  expect(document).toMatchObject({
    artifactType: PLUGIN_ARTIFACT_TYPE,
    layers: [{ mediaType: OCI_LAYER_GZIP, size: layer.length, digest: digestOf(layer) }],
  });
  const image = await registry.read(`blobs/${config.digest}`);
  const rootfs = { type: 'layers', diff_ids: [digestOf(gunzipSync(layer))] };
  expect(JSON.parse(image.toString())).toMatchObject({ rootfs });
}

interface Blob {
  readonly digest: string;
}

/** The manifest of `cosign upload blob`, to the byte. */
function uploadedBlob(layer: Buffer): string {
  const created = '0001-01-01T00:00:00Z';
  const config = Buffer.from(
    JSON.stringify({
      architecture: '',
      created,
      history: [{ created }],
      os: '',
      rootfs: { type: 'layers', diff_ids: [digestOf(layer)] },
      config: {},
    }),
  );
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: { mediaType: OCI_CONFIG, size: config.length, digest: digestOf(config) },
    layers: [{ mediaType: 'application/x-gzip', size: layer.length, digest: digestOf(layer) }],
  });
}

function digestOf(bytes: Buffer): string {
  return `sha256:${sha256Hex(bytes)}`;
}
