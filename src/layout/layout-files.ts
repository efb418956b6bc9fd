import {
  closeSync,
  constants,
  createReadStream,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  type Stats,
} from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Content } from '../content/content.ts';
import type { Descriptor } from '../content/descriptor.ts';
import { MAX_MANIFEST_BYTES } from '../content/manifest.ts';
import { verifiedStream } from '../content/verified-stream.ts';
import { asWriteFailure, wordsOfErrno } from '../errors/as-write-failure.ts';
import { errnoOf, KongcrateError, messageOf } from '../errors/kongcrate-error.ts';
import { hexOf, isDigest, type Digest } from '../reference/digest.ts';
import { checkLayout, layoutRefused } from './check-layout.ts';
import type { LayoutReader } from './layout-reader.ts';
import { linkNew, streamAside, writeAside } from '../system/write-aside.ts';

const MARKER = '{"imageLayoutVersion":"1.0.0"}';
const EMPTY_INDEX =
  '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}';
/** Never through a link, and never waiting for the other end of a FIFO. */
const PLAIN = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * The files of an OCI layout directory. Reading fails with SOURCE_UNREADABLE, writing with
 * INSTALL_FAILED where the file system refuses; what is no regular file is CONTENT_INVALID.
 */
export class LayoutFiles implements LayoutReader {
  readonly name: string;

  constructor(directory: string) {
    this.name = directory;
  }

  readIndex(): Buffer {
    const marker = this.#read('oci-layout');
    return checkLayout(this.name, { marker, index: marker && this.#read('index.json') });
  }

  readBlob(digest: Digest, limitBytes: number): Buffer | undefined {
    return this.#hasBlobs() ? readPlain(this.#blobPath(digest), limitBytes) : undefined;
  }

  streamBlob(digest: Digest): Readable | undefined {
    const path = this.#blobPath(digest);
    const descriptor = this.#hasBlobs() ? openPlain(path) : undefined;
    return descriptor === undefined ? undefined : createReadStream(path, { fd: descriptor });
  }

  listBlobs(): readonly Digest[] {
    const directory = this.#blobDirectory();
    const names = orMissing(directory, () => readdirSync(directory)) ?? [];
    return names
      .map((name) => `sha256:${name}`)
      .filter(isDigest)
      .sort();
  }

  /** Makes an empty layout where there is none. */
  create(): void {
    try {
      mkdirSync(this.#blobDirectory(), { recursive: true });
    } catch (error) {
      throw asWriteFailure(this.#blobDirectory(), error);
    }
    this.#make('index.json', EMPTY_INDEX);
    this.#make('oci-layout', MARKER);
  }

  /** Writes index.json in one step: readers see the old or the new one. */
  writeIndex(text: string): void {
    replace(join(this.name, 'index.json'), text);
  }

  /** Writes a blob in one step, over a damaged one too. What is opened is checked on its way. */
  async writeBlob(descriptor: Descriptor, content: Content): Promise<void> {
    const path = this.#blobPath(descriptor.digest);
    if (typeof content !== 'function') {
      replace(path, content);
      return;
    }
    const source = verifiedStream(await content(), descriptor);
    try {
      await streamAside(path, source, { mode: 0o644, place: renameSync });
    } catch (error) {
      throw wordsOfErrno(error) === undefined ? error : asWriteFailure(path, error);
    }
  }

  /** No link on the way to a blob (go-containerregistry issue 2306). */
  #hasBlobs(): boolean {
    for (const directory of [join(this.name, 'blobs'), this.#blobDirectory()]) {
      const stats = lookAt(directory);
      if (!stats) return false;
      if (stats.isSymbolicLink()) throw layoutRefused(`${directory} is a symbolic link`);
    }
    return true;
  }

  #blobDirectory(): string {
    return join(this.name, 'blobs', 'sha256');
  }

  #blobPath(digest: Digest): string {
    return join(this.#blobDirectory(), hexOf(digest));
  }

  /** Whatever stands there, readable or not, or comes meanwhile, is not overwritten. */
  #make(name: string, content: string): void {
    const path = join(this.name, name);
    if (lookAt(path)) return;
    try {
      writeAside(path, content, { mode: 0o644, place: linkNew });
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw asWriteFailure(path, error);
    }
  }

  #read(name: string): Buffer | undefined {
    return readPlain(join(this.name, name), MAX_MANIFEST_BYTES);
  }
}

function replace(path: string, content: Uint8Array | string): void {
  try {
    writeAside(path, content, { mode: 0o644, place: renameSync });
  } catch (error) {
    throw asWriteFailure(path, error);
  }
}

function readPlain(path: string, limitBytes: number): Buffer | undefined {
  const descriptor = openPlain(path);
  if (descriptor === undefined) return undefined;
  try {
    return fstatSync(descriptor).size <= limitBytes ? readFileSync(descriptor) : undefined;
  } catch (error) {
    throw unreadable(path, error);
  } finally {
    closeSync(descriptor);
  }
}

function openPlain(path: string): number | undefined {
  const descriptor = orMissing(path, () => openSync(path, PLAIN));
  if (descriptor === undefined || fstatSync(descriptor).isFile()) return descriptor;
  closeSync(descriptor);
  throw layoutRefused(`${path} is no regular file`);
}

function lookAt(path: string): Stats | undefined {
  return orMissing(path, () => lstatSync(path));
}

function orMissing<Result>(path: string, look: () => Result): Result | undefined {
  try {
    return look();
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return undefined;
    if (errno === 'ELOOP') throw layoutRefused(`${path} is a symbolic link`);
    throw unreadable(path, error);
  }
}

function unreadable(path: string, cause: unknown): KongcrateError {
  return new KongcrateError('SOURCE_UNREADABLE', `${path} cannot be read: ${messageOf(cause)}`, {
    remedy: 'Check its permissions, or run as the user who owns the layout.',
    cause,
  });
}
