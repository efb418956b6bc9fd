import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { errnoOf, KongcrateError, messageOf } from '../errors/kongcrate-error.ts';

/**
 * A file as bytes that are read piece by piece. No descriptor stays open: each piece opens the file
 * again and demands that it is the same one, as it was.
 */
export class FileBytes {
  readonly length: number;
  readonly #path: string;
  readonly #stats: Stats;

  /** @throws KongcrateError NOT_FOUND; SOURCE_UNREADABLE, also for what is no regular file */
  constructor(path: string) {
    this.#path = path;
    this.#stats = withFile(path, (descriptor) => fstatSync(descriptor));
    this.length = this.#stats.size;
    if (!this.#stats.isFile()) throw unreadable(path, 'it is no regular file');
  }

  /** @throws KongcrateError SOURCE_UNREADABLE, also where the file was changed meanwhile */
  subarray(start: number, end: number): Buffer {
    const piece = Buffer.alloc(Math.max(0, Math.min(end, this.length) - start));
    withFile(this.#path, (descriptor) => {
      this.#demandSame(fstatSync(descriptor));
      for (let done = 0; done < piece.length;) {
        const count = readSync(descriptor, piece, done, piece.length - done, start + done);
        if (count === 0) throw unreadable(this.#path, 'it ends early');
        done += count;
      }
    });
    return piece;
  }

  #demandSame({ dev, ino, size, mtimeMs, ctimeMs }: Stats): void {
    const known = this.#stats;
    const isSame =
      dev === known.dev && ino === known.ino && size === known.size && mtimeMs === known.mtimeMs;
    // Times of content can be set back; that of the change cannot.
    if (!isSame || ctimeMs !== known.ctimeMs)
      throw unreadable(this.#path, 'it was changed while it was read');
  }
}

function withFile<Result>(path: string, read: (descriptor: number) => Result): Result {
  const descriptor = open(path);
  try {
    return read(descriptor);
  } catch (error) {
    throw error instanceof KongcrateError ? error : unreadable(path, messageOf(error), error);
  } finally {
    closeSync(descriptor);
  }
}

/** Without O_NONBLOCK a named pipe would be waited for. */
function open(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw unreadable(path, messageOf(error), error);
    throw new KongcrateError('NOT_FOUND', `there is no archive at ${path}`, {
      remedy: 'Check the path; `kongcrate copy` makes an archive.',
      cause: error,
    });
  }
}

function unreadable(path: string, why: string, cause?: unknown): KongcrateError {
  return new KongcrateError('SOURCE_UNREADABLE', `${path} cannot be read: ${why}`, {
    remedy: 'Check the path and its permissions, and that nobody writes the file.',
    cause,
  });
}
