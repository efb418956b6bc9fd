import type { ArchiveLimits } from '../../src/archive/archive-limits.ts';
import { encodeLayer as encode, type EncodedLayer } from '../../src/archive/encode-layer.ts';
import { wholeOf } from '../../src/content/byte-source.ts';
import type { ArchivedFile } from '../../src/content/extraction-plan.ts';

/** A layer that is in memory, as a small plugin's is. */
export async function encodeLayer(
  files: readonly ArchivedFile[],
  limits?: ArchiveLimits,
): Promise<Omit<EncodedLayer, 'bytes'> & { readonly bytes: Buffer }> {
  const layer = await encode(files, limits === undefined ? {} : { limits });
  return { ...layer, bytes: Buffer.from(wholeOf(layer.bytes)) };
}
