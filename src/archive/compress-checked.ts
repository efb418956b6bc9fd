import { promisify } from 'node:util';
import { constants, inflateRaw, type ZlibOptions } from 'node:zlib';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { compressBlock, type Block } from './compress-block.ts';

const inflate: (bytes: Buffer, options: ZlibOptions) => Promise<Buffer> = promisify(inflateRaw);

/**
 * Compresses one block and expands it again: what readers will get is what was packed.
 * @throws KongcrateError ENCODER_DIFFERS where they would get something else
 */
export async function compressChecked(
  block: Block,
  compress: (block: Block) => Promise<Buffer> = compressBlock,
): Promise<Buffer> {
  const { bytes, dictionary } = block;
  const compressed = await compress(block);
  const expanded = await inflate(compressed, {
    // One more, so that nothing longer passes for the block.
    chunkSize: Math.max(bytes.length, constants.Z_MIN_CHUNK) + 1,
    finishFlush: constants.Z_SYNC_FLUSH,
    ...(dictionary.length > 0 ? { dictionary } : {}),
  });
  if (expanded.equals(bytes)) return compressed;
  throw new KongcrateError(
    'ENCODER_DIFFERS',
    `zlib ${process.versions.zlib} of Node.js ${process.version} expands what it compressed to other bytes`,
    {
      remedy:
        'Pack with an official build of Node.js from nodejs.org, and check the memory of this machine.',
    },
  );
}
