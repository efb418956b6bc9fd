import { goJson } from '../content/go-json.ts';
import { digestOf, hexOf } from '../reference/digest.ts';
import { BLOCK_BYTES } from './tar-header.ts';
import { paddingAfter, ustarHeader } from './ustar-header.ts';

export interface CraneTarballParts {
  /** The config blob, whatever it is. */
  readonly config: Uint8Array;
  /** The layer blobs, in the manifest's order. */
  readonly layers: readonly Uint8Array[];
  /** `host/repository:tag`; crane writes the tag `i-was-a-digest` for a reference by digest. */
  readonly repoTag: string;
}

const END = Buffer.alloc(2 * BLOCK_BYTES);

/** The tarball `crane pull` writes, byte for byte: uncompressed, in crane's order and headers. */
export function writeCraneTarball({ config, layers, repoTag }: CraneTarballParts): Buffer {
  const configName = digestOf(config);
  const layerNames = layers.map((layer) => `${hexOf(digestOf(layer))}.tar.gz`);
  // A Map, since crane writes a layer that occurs twice once, where it came first.
  const blobs = new Map(layers.map((layer, index) => [layerNames[index] ?? '', layer]));
  const manifest = [{ Config: configName, RepoTags: [repoTag], Layers: layerNames }];
  return Buffer.concat([
    ...entryOf(configName, config),
    ...[...blobs].flatMap(([name, layer]) => entryOf(name, layer)),
    ...entryOf('manifest.json', Buffer.from(goJson(manifest))),
    END,
  ]);
}

function entryOf(name: string, bytes: Uint8Array): readonly Uint8Array[] {
  return [ustarHeader(name, bytes.length), bytes, paddingAfter(bytes.length)];
}
