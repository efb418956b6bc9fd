import type { Content, OpenContent } from './content.ts';
import type { Descriptor } from './descriptor.ts';
import { verifiedStream } from './verified-stream.ts';

/**
 * Content in pieces, of which one is held at a time. What is opened is checked on its way: its last
 * piece is given out only when the whole has the descriptor's size and digest.
 */
export class Pieces {
  readonly #descriptor: Descriptor;
  readonly #content: Content;
  readonly #pieceBytes: number;
  #chunks: AsyncIterator<Buffer> | undefined;
  /** What was read beyond the piece. */
  #rest: Buffer = Buffer.alloc(0);
  #piece: Buffer = Buffer.alloc(0);
  #startBytes = 0;
  #endBytes = 0;

  /** @param pieceBytes the size of each piece but the last one */
  constructor(descriptor: Descriptor, content: Content, pieceBytes: number) {
    this.#descriptor = descriptor;
    this.#content = content;
    this.#pieceBytes = Math.min(pieceBytes, descriptor.size);
  }

  /**
   * What follows `startBytes`, up to the end of its piece; it holds until the next call. What lies
   * before the piece that is held is opened anew.
   * @throws KongcrateError SIZE_MISMATCH, DIGEST_MISMATCH, and what the content fails with
   */
  async from(startBytes: number): Promise<Uint8Array> {
    const content = this.#content;
    if (typeof content !== 'function')
      return content.subarray(startBytes, startBytes + this.#pieceBytes);
    if (startBytes < this.#startBytes) await this.close();
    this.#chunks ??= await this.#open(content);
    while (startBytes >= this.#endBytes) await this.#readPiece(this.#chunks);
    const heldBytes = this.#endBytes - this.#startBytes;
    return this.#piece.subarray(startBytes - this.#startBytes, heldBytes);
  }

  /** Lets go of what is open. */
  async close(): Promise<void> {
    const chunks = this.#chunks;
    this.#chunks = undefined;
    await chunks?.return?.();
  }

  async #open(content: OpenContent): Promise<AsyncIterator<Buffer>> {
    const source = verifiedStream(await content(), this.#descriptor);
    this.#rest = Buffer.alloc(0);
    this.#startBytes = 0;
    this.#endBytes = 0;
    return source[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  async #readPiece(chunks: AsyncIterator<Buffer>): Promise<void> {
    if (this.#piece.length === 0) this.#piece = Buffer.allocUnsafe(this.#pieceBytes);
    let filledBytes = this.#take(this.#rest, 0);
    while (filledBytes < this.#piece.length) {
      const next = await chunks.next();
      if (next.done === true) break;
      filledBytes += this.#take(next.value, filledBytes);
    }
    this.#startBytes = this.#endBytes;
    this.#endBytes += filledBytes;
    // The verdict on the whole comes with the end of the stream.
    if (this.#endBytes === this.#descriptor.size) await chunks.next();
  }

  #take(chunk: Buffer, atBytes: number): number {
    const copiedBytes = chunk.copy(this.#piece, atBytes);
    this.#rest = chunk.subarray(copiedBytes);
    return copiedBytes;
  }
}
