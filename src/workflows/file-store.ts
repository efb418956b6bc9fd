import { wholeOf } from '../content/byte-source.ts';
import type { ContentSnapshot } from '../content/content-snapshot.ts';
import { describe, type Descriptor } from '../content/descriptor.ts';
import { FILE_BUNDLE, FILE_LAYER, FILE_MEDIA_TYPE } from '../content/file-parts.ts';
import { MemoryStore } from '../content/memory-store.ts';
import { digestOf, type Digest } from '../reference/digest.ts';
import { BUNDLE_V03, OCI_LAYER_GZIP } from '../reference/media-types.ts';
import type { OpenArchiveOptions } from './open-archive.ts';
import { withSpools } from './with-spools.ts';

/** How the archive in the file is read, where somebody is to look into it. */
export interface ArchiveInFile extends OpenArchiveOptions {
  /** What the file is called in messages. */
  readonly name: string;
}

/**
 * A file and the bundle beside it as a store, so that it is judged like everything else. All is in
 * memory: the bytes that are hashed are the bytes that are read. What is in the file is looked for
 * only when somebody asks for its layer.
 */
export class FileStore extends MemoryStore {
  readonly #digest: Digest;
  readonly #file: Uint8Array | undefined;
  readonly #archive: ArchiveInFile | undefined;

  /**
   * @param content the file by its digest, and the bundle as `bundle`
   * @param archive without it the file has no layer
   */
  constructor(content: ContentSnapshot, digest: Digest, archive?: ArchiveInFile) {
    super(content);
    this.#digest = digest;
    this.#file = content.blobs.get(digest);
    this.#archive = archive;
  }

  override async resolve(name?: string): Promise<Descriptor> {
    const [file, archive] = [this.#file, this.#archive];
    if (file && name === this.#digest) return describe(FILE_MEDIA_TYPE, file);
    if (!file || !archive || name !== FILE_LAYER) return super.resolve(name);
    const { openArchiveBytes } = await import('./open-archive.ts');
    return withSpools(undefined, archive, async (spooling) => {
      const opened = await openArchiveBytes(archive.name, file, { ...archive, spooling });
      const layer = wholeOf(opened.layer);
      const descriptor = describe(OCI_LAYER_GZIP, layer);
      await this.push(descriptor, layer);
      return descriptor;
    });
  }
}

/** What a store of a file begins with. */
export function snapshotOfFile(file: Uint8Array, bundle?: Uint8Array): ContentSnapshot {
  const blobs = [file, ...(bundle ? [bundle] : [])];
  return {
    tags: bundle ? { [FILE_BUNDLE]: describe(BUNDLE_V03, bundle) } : {},
    referrers: [],
    blobs: new Map(blobs.map((bytes) => [digestOf(bytes), bytes])),
  };
}
