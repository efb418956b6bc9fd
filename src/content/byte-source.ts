/** Bytes that are read piece by piece: an array that is in memory, or a file that is not. */
export interface ByteSource {
  readonly length: number;
  /**
   * @param start of the piece, in bytes
   * @param end behind its last byte, at most `length`
   * @param scratch memory that may be used for the piece, as far as it reaches
   */
  subarray(start: number, end: number, scratch?: Buffer): Uint8Array;
}

const PIECE_BYTES = 256 * 1024;

/**
 * All bytes, in pieces each of which may be kept.
 * @param pieceBytes the size of each piece but the last one
 */
export function* piecesOf(
  source: ByteSource,
  pieceBytes: number = PIECE_BYTES,
): Generator<Uint8Array, void> {
  for (let start = 0; start < source.length; start += pieceBytes)
    yield source.subarray(start, Math.min(start + pieceBytes, source.length));
}

/** All bytes, in pieces each of which holds until the next one: new memory is what costs most. */
export function* passingPiecesOf(source: ByteSource): Generator<Uint8Array, void> {
  const isHeld = source instanceof Uint8Array;
  const scratch = isHeld ? undefined : Buffer.allocUnsafe(Math.min(PIECE_BYTES, source.length));
  for (let start = 0; start < source.length; start += PIECE_BYTES)
    yield source.subarray(start, Math.min(start + PIECE_BYTES, source.length), scratch);
}

/** A part of a source as a source of its own; nothing is read. */
export function partOf(source: ByteSource, offset: number, end: number): ByteSource {
  if (source instanceof Uint8Array) return source.subarray(offset, end);
  return {
    length: end - offset,
    subarray: (from, to, scratch) => source.subarray(offset + from, offset + to, scratch),
  };
}

/** All bytes at once: for whoever has looked at the length. */
export function wholeOf(source: ByteSource): Uint8Array {
  return source instanceof Uint8Array ? source : source.subarray(0, source.length);
}
