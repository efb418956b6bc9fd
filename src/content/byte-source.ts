/** Bytes that are read piece by piece: an array that is in memory, or a file that is not. */
export interface ByteSource {
  readonly length: number;
  /**
   * @param start of the piece, in bytes
   * @param end behind its last byte, at most `length`
   */
  subarray(start: number, end: number): Uint8Array;
}
