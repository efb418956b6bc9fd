import type { ArchiveLimits } from '../../src/archive/archive-limits.ts';
import { encodeLayer as encode, type EncodedLayer } from '../../src/archive/encode-layer.ts';
import { wholeOf } from '../../src/content/byte-source.ts';
import type { ArchivedFile } from '../../src/content/extraction-plan.ts';
import type { Spooling } from '../../src/content/spool.ts';

/** A layer as bytes at hand; with spools it, and the files, are read as large ones are. */
export async function encodeLayer(
  files: readonly ArchivedFile[],
  limits?: ArchiveLimits,
  spooling?: Spooling,
): Promise<Omit<EncodedLayer, 'bytes'> & { readonly bytes: Buffer }> {
  const layer = await encode(spooling ? files.map(notInMemory) : files, {
    ...(limits ? { limits } : {}),
    ...(spooling ? { spooling } : {}),
  });
  return { ...layer, bytes: Buffer.from(wholeOf(layer.bytes)) };
}

function notInMemory({ path, bytes }: ArchivedFile): ArchivedFile {
  const subarray = (start: number, end: number): Uint8Array => bytes.subarray(start, end);
  return { path, bytes: { length: bytes.length, subarray } };
}
