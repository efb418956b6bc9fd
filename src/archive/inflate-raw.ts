import { constants, inflateRawSync } from 'node:zlib';

export interface Inflated {
  readonly expanded: Buffer;
  /** How much of the input the deflate stream took. */
  readonly consumedBytes: number;
}

/**
 * Expands one deflate stream (RFC 1951), synchronously. What it throws is Node's: ERR_BUFFER_TOO_LARGE
 * above `maxBytes`, Z_BUF_ERROR for a stream that is cut off, other Z_* for a damaged one.
 * @param chunkBytes what is allocated at a time
 */
export function inflateRaw(
  deflated: Buffer,
  { maxBytes, chunkBytes }: { readonly maxBytes: number; readonly chunkBytes: number },
): Inflated {
  // With `info` Node returns the engine too, whose bytesWritten is where the stream ended.
  const result = inflateRawSync(deflated, {
    info: true,
    chunkSize: chunkBytes,
    maxOutputLength: Math.max(1, maxBytes),
    finishFlush: constants.Z_FINISH,
  }) as unknown as { buffer: Buffer; engine: { bytesWritten: number } };
  return { expanded: result.buffer, consumedBytes: result.engine.bytesWritten };
}
