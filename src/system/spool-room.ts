import { randomBytes } from 'node:crypto';
import { closeSync, constants, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { asWriteFailure } from '../errors/as-write-failure.ts';
import { errnoOf, KongcrateError, messageOf } from '../errors/kongcrate-error.ts';

const FLAGS = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
/** Read ahead, since headers are read in small pieces. */
const WINDOW_BYTES = 64 * 1024;

/** The most that one thing, and everything together, may take of the memory. */
const MAX_HELD_BYTES = 16 * 1024 * 1024;
const MAX_ALL_HELD_BYTES = 3 * MAX_HELD_BYTES;

export interface SpoolRoomOptions {
  /** The first one that takes a file is used; on the disk where the bytes are to go is best. */
  readonly directories: readonly string[];
  /** What has more bytes is not held in memory; 16 MiB unless told. */
  readonly maxHeldBytes?: number | undefined;
}

/** Who may not write there, or where nothing is. */
const PASSED_OVER = new Set(['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'EROFS']);

/**
 * Gives out spools: files without a name, 0600, which nobody else can open or change, and of which
 * nothing is left once they are closed or the process is gone, however it went.
 */
export class SpoolRoom {
  readonly #directories: readonly string[];
  readonly #maxHeldBytes: number;
  #freeBytes: number = MAX_ALL_HELD_BYTES;
  readonly #spools = new Set<SpoolFile>();

  constructor({ directories, maxHeldBytes = MAX_HELD_BYTES }: SpoolRoomOptions) {
    this.#directories = directories;
    this.#maxHeldBytes = maxHeldBytes;
  }

  /** Whether so many bytes may be held in memory; they count as held from then on. */
  holds(bytes: number): boolean {
    if (bytes > Math.min(this.#maxHeldBytes, this.#freeBytes)) return false;
    this.#freeBytes -= bytes;
    return true;
  }

  /** @throws KongcrateError INSTALL_FAILED where no directory takes a file */
  open(): SpoolFile {
    let failure: unknown;
    for (const directory of this.#directories)
      try {
        const spool = new SpoolFile(openNameless(directory), directory);
        this.#spools.add(spool);
        return spool;
      } catch (error) {
        if (!PASSED_OVER.has(errnoOf(error) ?? '')) throw asWriteFailure(directory, error);
        failure = error;
      }
    throw asWriteFailure(this.#directories.at(-1) ?? 'spool', failure);
  }

  /** Gives the space back; no spool can be read any more. */
  close(): void {
    for (const spool of this.#spools) this.release(spool);
  }

  /** Gives the space of one spool back; nothing happens to what is none. */
  release(source: object): void {
    if (source instanceof SpoolFile && this.#spools.delete(source)) source.close();
  }
}

function openNameless(directory: string): number {
  const path = join(directory, `.kongcrate-${randomBytes(8).toString('hex')}.partial`);
  const descriptor = openSync(path, FLAGS, 0o600);
  unlinkSync(path);
  return descriptor;
}

class SpoolFile {
  readonly #descriptor: number;
  readonly #directory: string;
  #length = 0;
  #window: Buffer = Buffer.alloc(0);
  #windowStart = 0;

  constructor(descriptor: number, directory: string) {
    this.#descriptor = descriptor;
    this.#directory = directory;
  }

  get length(): number {
    return this.#length;
  }

  write(chunk: Uint8Array): void {
    try {
      for (let done = 0; done < chunk.length;)
        done += writeSync(this.#descriptor, chunk, done, chunk.length - done, this.#length + done);
    } catch (error) {
      throw asWriteFailure(this.#directory, error);
    }
    this.#length += chunk.length;
    this.#window = Buffer.alloc(0);
  }

  subarray(start: number, end: number, scratch?: Buffer): Buffer {
    if (end - start >= WINDOW_BYTES) return this.#read(start, end, scratch);
    const isHeld = start >= this.#windowStart && end <= this.#windowStart + this.#window.length;
    if (!isHeld) {
      this.#window = this.#read(start, start + WINDOW_BYTES);
      this.#windowStart = start;
    }
    return this.#window.subarray(start - this.#windowStart, end - this.#windowStart);
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #read(start: number, end: number, scratch?: Buffer): Buffer {
    const size = Math.max(0, Math.min(end, this.#length) - start);
    const piece =
      scratch && scratch.length >= size ? scratch.subarray(0, size) : Buffer.allocUnsafe(size);
    try {
      for (let done = 0; done < piece.length;) {
        const count = readSync(this.#descriptor, piece, done, piece.length - done, start + done);
        if (count === 0) throw new Error('it ends early');
        done += count;
      }
      return piece;
    } catch (error) {
      throw unreadable(this.#directory, error);
    }
  }
}

function unreadable(directory: string, cause: unknown): KongcrateError {
  const what = `a temporary file in ${directory} cannot be read: ${messageOf(cause)}`;
  return new KongcrateError('SOURCE_UNREADABLE', what, {
    remedy: 'Check the disk, then run the command again.',
    cause,
  });
}
