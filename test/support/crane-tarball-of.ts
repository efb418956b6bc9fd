import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { craneTarball } from '../../src/archive/crane-tarball.ts';
import { describe } from '../../src/content/descriptor.ts';
import { digestOf } from '../../src/reference/digest.ts';
import { OCI_LAYER_GZIP } from '../../src/reference/media-types.ts';

/** What `crane pull` would write of layers that are at hand. */
export function craneTarballOf(
  config: Uint8Array,
  layers: readonly Uint8Array[],
  repoTag: string,
): Promise<Buffer> {
  const blobs = new Map(layers.map((layer) => [digestOf(layer), layer]));
  const parts = craneTarball({
    config,
    layers: layers.map((layer) => describe(OCI_LAYER_GZIP, layer)),
    open: ({ digest }) => Promise.resolve(Readable.from([blobs.get(digest)])),
    repoTag,
  });
  return buffer(Readable.from(parts));
}
