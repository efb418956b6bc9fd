import { goJson } from '../content/go-json.ts';
import { digestOf, hexOf } from '../reference/digest.ts';

export interface CraneTarballParts {
  /** The config blob, whatever it is. */
  readonly config: Uint8Array;
  /** The layer blobs, in the manifest's order. */
  readonly layers: readonly Uint8Array[];
  /** `host/repository:tag`; crane writes the tag `i-was-a-digest` for a reference by digest. */
  readonly repoTag: string;
}

const BLOCK_BYTES = 512;
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
  const padding = Buffer.alloc((BLOCK_BYTES - (bytes.length % BLOCK_BYTES)) % BLOCK_BYTES);
  return [headerOf(name, bytes.length), bytes, padding];
}

/** A ustar header as Go's archive/tar writes it, which ends numbers with NUL alone. */
function headerOf(name: string, sizeBytes: number): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  const writeOctal = (value: number, offset: number, length: number): void => {
    block.write(value.toString(8).padStart(length - 1, '0'), offset);
  };
  block.write(name, 0);
  writeOctal(0o644, 100, 8);
  writeOctal(0, 108, 8);
  writeOctal(0, 116, 8);
  writeOctal(sizeBytes, 124, 12);
  writeOctal(0, 136, 12);
  block.write('        0', 148);
  block.write('ustar\x0000', 257);
  writeOctal(0, 329, 8);
  writeOctal(0, 337, 8);
  const checksum = block.reduce((sum, byte) => sum + byte, 0);
  writeOctal(checksum, 148, 7);
  block.write('\0 ', 154);
  return block;
}
