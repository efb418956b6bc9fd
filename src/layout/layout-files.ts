import { randomBytes } from 'node:crypto';
import { constants, promises as fs, type Stats } from 'node:fs';
import { join } from 'node:path';
import { errnoOf, KongcrateError, messageOf } from '../errors/kongcrate-error.ts';
import { hexOf, type Digest } from '../reference/digest.ts';

const LAYOUT_VERSION = '1.0.0';
const EMPTY_INDEX =
  '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}';
/** Never through a link, and never waiting for the other end of a FIFO. */
const PLAIN = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** The files of one OCI layout directory: OCI image-spec, image-layout.md. */
export class LayoutFiles {
  readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
  }

  /** Reads index.json. @throws KongcrateError NOT_FOUND when there is no layout, CONTENT_INVALID */
  async readIndex(): Promise<Buffer> {
    const marker = await this.#read('oci-layout');
    if (!marker) throw notALayout(this.directory);
    if (!marker.toString('utf8').includes('"imageLayoutVersion"'))
      throw damaged(`${join(this.directory, 'oci-layout')} is no OCI layout marker`);
    const index = await this.#read('index.json');
    if (!index) throw damaged(`${this.directory} has no index.json`);
    return index;
  }

  /** Writes index.json in one step: readers see the old or the new one. */
  async writeIndex(text: string): Promise<void> {
    await this.#replace(join(this.directory, 'index.json'), Buffer.from(text));
  }

  /** Makes an empty layout where there is none. */
  async create(): Promise<void> {
    await fs.mkdir(this.#blobDirectory(), { recursive: true });
    if (!(await this.#read('index.json')))
      await this.#replace(join(this.directory, 'index.json'), Buffer.from(EMPTY_INDEX));
    if (!(await this.#read('oci-layout')))
      await this.#replace(
        join(this.directory, 'oci-layout'),
        Buffer.from(JSON.stringify({ imageLayoutVersion: LAYOUT_VERSION })),
      );
  }

  /** Opens a blob, never through a symbolic link (go-containerregistry issue 2306). */
  async openBlob(digest: Digest): Promise<fs.FileHandle | undefined> {
    for (const directory of [join(this.directory, 'blobs'), this.#blobDirectory()]) {
      const stats = await statLink(directory);
      if (!stats) return undefined;
      if (stats.isSymbolicLink()) throw damaged(`${directory} is a symbolic link`);
    }
    return openPlain(join(this.#blobDirectory(), hexOf(digest)));
  }

  async writeBlob(digest: Digest, content: Uint8Array): Promise<void> {
    await this.#replace(join(this.#blobDirectory(), hexOf(digest)), content);
  }

  /** The digests of all blobs, as far as file names tell. */
  async listBlobs(): Promise<readonly Digest[]> {
    const names = await fs.readdir(this.#blobDirectory()).catch(ignoreMissing);
    return (names ?? [])
      .filter((name) => /^[0-9a-f]{64}$/.test(name))
      .sort()
      .map((name): Digest => `sha256:${name}`);
  }

  #blobDirectory(): string {
    return join(this.directory, 'blobs', 'sha256');
  }

  async #read(name: string): Promise<Buffer | undefined> {
    const file = await openPlain(join(this.directory, name));
    try {
      return await file?.readFile();
    } finally {
      await file?.close();
    }
  }

  async #replace(path: string, content: Uint8Array): Promise<void> {
    const aside = `${path}.${randomBytes(6).toString('hex')}.partial`;
    try {
      const file = await fs.open(aside, 'wx', 0o644);
      try {
        await file.writeFile(content);
        await file.sync();
      } finally {
        await file.close();
      }
      await fs.rename(aside, path);
    } catch (error) {
      await fs.rm(aside, { force: true });
      throw unwritable(path, error);
    }
  }
}

async function openPlain(path: string): Promise<fs.FileHandle | undefined> {
  const file = await fs.open(path, PLAIN).catch((error: unknown) => {
    if (errnoOf(error) === 'ELOOP') throw damaged(`${path} is a symbolic link`);
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return undefined;
    throw new KongcrateError('SOURCE_UNREADABLE', `${path} cannot be read: ${messageOf(error)}`, {
      remedy: 'Check its permissions, or run as the user who owns the layout.',
      cause: error,
    });
  });
  if (!file || (await file.stat()).isFile()) return file;
  await file.close();
  throw damaged(`${path} is no regular file`);
}

async function statLink(path: string): Promise<Stats | undefined> {
  return fs.lstat(path).catch(ignoreMissing);
}

function ignoreMissing(error: unknown): undefined {
  if (errnoOf(error) === 'ENOENT') return undefined;
  throw error;
}

function notALayout(directory: string): KongcrateError {
  return new KongcrateError('NOT_FOUND', `there is no OCI layout at ${directory}`, {
    remedy: 'Check the path; `kongcrate push` or `kongcrate publish` makes a layout.',
  });
}

function damaged(what: string): KongcrateError {
  return new KongcrateError('CONTENT_INVALID', `OCI layout refused: ${what}`, {
    remedy: 'Make the layout again with kongcrate push, oras, crane or skopeo.',
  });
}

function unwritable(path: string, cause: unknown): KongcrateError {
  return new KongcrateError('INSTALL_FAILED', `${path} cannot be written: ${messageOf(cause)}`, {
    remedy: 'Check free space and permissions of the layout directory, then run the command again.',
    cause,
  });
}
