import type { Descriptor } from '../content/descriptor.ts';
import { goJson } from '../content/go-json.ts';
import { digestOf, hexOf } from '../reference/digest.ts';
import { BLOCK_BYTES } from './tar-header.ts';
import { paddingAfter, ustarHeader } from './ustar-header.ts';

export interface CraneTarballParts {
  /** The config blob, whatever it is. */
  readonly config: Uint8Array;
  /** In the manifest's order. */
  readonly layers: readonly Descriptor[];
  /** Gives exactly the bytes of a layer, or fails. */
  readonly open: (layer: Descriptor) => Promise<AsyncIterable<Uint8Array>>;
  /** `host/repository:tag`; crane writes the tag `i-was-a-digest` for a reference by digest. */
  readonly repoTag: string;
}

/**
 * The tarball `crane pull` writes, byte for byte: uncompressed, in crane's order and headers.
 * @throws KongcrateError ARCHIVE_REFUSED (TOO_LARGE) for a layer from 8 GiB; what `open` fails with
 */
export async function* craneTarball({
  config,
  layers,
  open,
  repoTag,
}: CraneTarballParts): AsyncGenerator<Uint8Array, void> {
  const layerNames = layers.map(({ digest }) => `${hexOf(digest)}.tar.gz`);
  const configName = digestOf(config);
  yield* entryOf(configName, config);
  // crane writes a layer that occurs twice once, where it came first.
  for (const [name, layer] of new Map(
    layers.map((each, index) => [layerNames[index] ?? '', each]),
  )) {
    yield ustarHeader(name, layer.size);
    yield* await open(layer);
    yield paddingAfter(layer.size);
  }
  const manifest = [{ Config: configName, RepoTags: [repoTag], Layers: layerNames }];
  yield* entryOf('manifest.json', Buffer.from(goJson(manifest)));
  yield Buffer.alloc(2 * BLOCK_BYTES);
}

function entryOf(name: string, bytes: Uint8Array): readonly Uint8Array[] {
  return [ustarHeader(name, bytes.length), bytes, paddingAfter(bytes.length)];
}
