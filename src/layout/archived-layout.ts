import { Readable } from 'node:stream';
import { piecesOf, wholeOf, type ByteSource } from '../content/byte-source.ts';
import { MAX_MANIFEST_BYTES } from '../content/manifest.ts';
import { hexOf, isDigest, type Digest } from '../reference/digest.ts';
import { checkLayout } from './check-layout.ts';
import type { LayoutReader } from './layout-reader.ts';

const BLOBS = 'blobs/sha256/';

/** An OCI layout whose files are the entries of a tar, in memory or not. */
export class ArchivedLayout implements LayoutReader {
  readonly name: string;
  readonly #files: ReadonlyMap<string, ByteSource>;

  /** @param files by path, relative to the layout */
  constructor(name: string, files: ReadonlyMap<string, ByteSource>) {
    this.name = name;
    this.#files = files;
  }

  readIndex(): Buffer {
    const marker = this.#read('oci-layout', MAX_MANIFEST_BYTES);
    return checkLayout(this.name, { marker, index: this.#read('index.json', MAX_MANIFEST_BYTES) });
  }

  readBlob(digest: Digest, limitBytes: number): Buffer | undefined {
    return this.#read(BLOBS + hexOf(digest), limitBytes);
  }

  streamBlob(digest: Digest): Readable | undefined {
    const file = this.#files.get(BLOBS + hexOf(digest));
    return file && Readable.from(piecesOf(file), { objectMode: false });
  }

  listBlobs(): readonly Digest[] {
    return [...this.#files.keys()]
      .filter((path) => path.startsWith(BLOBS))
      .map((path) => `sha256:${path.slice(BLOBS.length)}`)
      .filter(isDigest)
      .sort();
  }

  #read(path: string, limitBytes: number): Buffer | undefined {
    const file = this.#files.get(path);
    return file && file.length <= limitBytes ? bufferOf(wholeOf(file)) : undefined;
  }
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
