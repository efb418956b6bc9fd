import { Readable } from 'node:stream';
import { hexOf, isDigest, type Digest } from '../reference/digest.ts';
import { checkLayout } from './check-layout.ts';
import type { LayoutReader } from './layout-reader.ts';

const BLOBS = 'blobs/sha256/';

/** An OCI layout whose files are held in memory, such as the entries of a tar. */
export class ArchivedLayout implements LayoutReader {
  readonly name: string;
  readonly #files: ReadonlyMap<string, Uint8Array>;

  /** @param files bytes by path, relative to the layout */
  constructor(name: string, files: ReadonlyMap<string, Uint8Array>) {
    this.name = name;
    this.#files = files;
  }

  readIndex(): Buffer {
    const marker = this.#read('oci-layout');
    return checkLayout(this.name, { marker, index: this.#read('index.json') });
  }

  readBlob(digest: Digest, limitBytes: number): Buffer | undefined {
    const bytes = this.#read(BLOBS + hexOf(digest));
    return bytes && bytes.length <= limitBytes ? bytes : undefined;
  }

  streamBlob(digest: Digest): Readable | undefined {
    const bytes = this.#read(BLOBS + hexOf(digest));
    return bytes && Readable.from([bytes]);
  }

  listBlobs(): readonly Digest[] {
    return [...this.#files.keys()]
      .filter((path) => path.startsWith(BLOBS))
      .map((path) => `sha256:${path.slice(BLOBS.length)}`)
      .filter(isDigest)
      .sort();
  }

  #read(path: string): Buffer | undefined {
    const bytes = this.#files.get(path);
    return bytes && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
}
