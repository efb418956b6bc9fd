import { join } from 'node:path';
import { checkedBytes, type Content } from '../content/content.ts';
import type { ContentStore, StoreOptions } from '../content/content-store.ts';
import type { Descriptor } from '../content/descriptor.ts';
import { withArtifactType } from '../content/describe-manifest.ts';
import { MAX_MANIFEST_BYTES, parseManifest } from '../content/manifest.ts';
import { readManifest } from '../content/read-content.ts';
import { checkBytes } from '../content/verified-stream.ts';
import { tagMoved } from '../content/tag-moved.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { Digest } from '../reference/digest.ts';
import { isIndexType, isManifestType, OCI_INDEX } from '../reference/media-types.ts';
import { lockFile } from '../system/lock-file.ts';
import { listEntry, nameEntry } from './edit-index.ts';
import { findTag } from './index-entries.ts';
import { LayoutFiles } from './layout-files.ts';
import { LayoutStore } from './layout-store.ts';

/** Only kongcrate knows it: other tools write index.json whenever they like. */
const LOCK = '.kongcrate.lock';

/** An OCI layout directory as a store: read as {@link LayoutStore} does, and written. */
export class OciLayoutStore extends LayoutStore implements ContentStore {
  readonly #files: LayoutFiles;

  constructor(directory: string) {
    const files = new LayoutFiles(directory);
    super(files);
    this.#files = files;
  }

  /**
   * Stores content; a damaged blob in their place is replaced.
   * @throws KongcrateError DIGEST_MISMATCH, SIZE_MISMATCH, CONTENT_INVALID, INSTALL_FAILED;
   *   TAG_EXISTS where the tag no longer stands for what it is to replace
   */
  async push(
    descriptor: Descriptor,
    content: Content,
    options: StoreOptions = {},
  ): Promise<boolean> {
    if (isManifestType(descriptor.mediaType) || isIndexType(descriptor.mediaType))
      return this.#pushManifest(descriptor, await checkedBytes(content, descriptor), options);
    if (typeof content !== 'function') checkBytes(content, descriptor);
    return this.#write(descriptor, content);
  }

  async #write(descriptor: Descriptor, content: Content): Promise<boolean> {
    this.#files.create();
    if (await this.exists(descriptor)) return false;
    await this.#files.writeBlob(descriptor, content);
    return true;
  }

  async #pushManifest(
    descriptor: Descriptor,
    bytes: Uint8Array,
    { tag, replaces }: StoreOptions,
  ): Promise<boolean> {
    const isNew = await this.#write(descriptor, bytes);
    const listed = withArtifactType(descriptor, parseManifest(bytes, descriptor.mediaType));
    await this.#changeIndex((index) => {
      if (tag === undefined) return listEntry(index, listed);
      if (replaces !== undefined && (digestUnder(index, tag) ?? 'nothing') !== replaces)
        throw tagMoved(this.#files.name, tag);
      return nameEntry(index, listed, tag);
    });
    return isNew;
  }

  /** @throws KongcrateError NOT_FOUND, DIGEST_MISMATCH, SIZE_MISMATCH, INSTALL_FAILED */
  async tag(descriptor: Descriptor, tag: string): Promise<void> {
    const { document } = await readManifest(this, descriptor);
    const listed = withArtifactType(descriptor, document);
    await this.#changeIndex((index) => nameEntry(index, listed, tag));
  }

  async #changeIndex(change: (text: string) => string): Promise<void> {
    // Two publishers on one layout must not lose one another's entries.
    const unlock = await lockFile(join(this.#files.name, LOCK));
    try {
      const before = readableText(this.#files.readIndex());
      const after = change(before);
      if (after !== before) this.#files.writeIndex(readableText(Buffer.from(after)));
    } finally {
      unlock();
    }
  }
}

function digestUnder(index: string, tag: string): Digest | undefined {
  const document = parseManifest(Buffer.from(index), OCI_INDEX);
  return document.kind === 'index' ? findTag(document.manifests, tag)?.digest : undefined;
}

/** What cannot be read is neither edited nor written. */
function readableText(index: Buffer): string {
  if (index.length > MAX_MANIFEST_BYTES)
    throw new KongcrateError(
      'CONTENT_TOO_LARGE',
      `index.json would have ${index.length} bytes, more than ${MAX_MANIFEST_BYTES}`,
      { remedy: 'Publish into another layout, or remove entries of this one that nobody needs.' },
    );
  parseManifest(index, OCI_INDEX);
  return index.toString('utf8');
}
