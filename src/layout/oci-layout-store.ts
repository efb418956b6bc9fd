import type { Readable } from 'node:stream';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { ContentStore } from '../content/content-store.ts';
import type { Descriptor } from '../content/descriptor.ts';
import {
  describeManifest,
  withArtifactType,
  type DescribedManifest,
} from '../content/describe-manifest.ts';
import { MAX_MANIFEST_BYTES, parseManifest, type ImageIndex } from '../content/manifest.ts';
import { readManifest } from '../content/read-content.ts';
import { checkBytes, verifiedStream } from '../content/verified-stream.ts';
import { isDigest, type Digest } from '../reference/digest.ts';
import { isIndexType, isManifestType, OCI_INDEX } from '../reference/media-types.ts';
import { findDefault, findTag, isCompanion, tagOf } from './index-entries.ts';
import { listEntry, nameEntry } from './edit-index.ts';
import { LayoutFiles } from './layout-files.ts';

/**
 * An OCI layout directory as a store: what crane, oras, skopeo and cosign write and read. Tags are
 * `org.opencontainers.image.ref.name` in index.json; bundles are untagged entries there.
 */
export class OciLayoutStore implements ContentStore {
  readonly #files: LayoutFiles;
  /** Changes of index.json wait for one another: read, change, replace. */
  #lastChange: Promise<unknown> = Promise.resolve();

  constructor(directory: string) {
    this.#files = new LayoutFiles(directory);
  }

  async resolve(tagOrDigest?: string): Promise<Descriptor> {
    const entries = await this.#entries();
    const found = await this.#find(entries, tagOrDigest);
    if (found) return found;
    const known = entries.filter((entry) => !isCompanion(entry)).map((e) => tagOf(e) ?? e.digest);
    throw new KongcrateError(
      'NOT_FOUND',
      `${tagOrDigest ?? 'an artifact'} is not in the layout ${this.#files.directory}`,
      { remedy: known.length > 0 ? `It holds: ${known.join(', ')}` : 'It is empty.' },
    );
  }

  async open(descriptor: Descriptor): Promise<Readable> {
    const file = await this.#files.openBlob(descriptor.digest);
    if (!file)
      throw new KongcrateError(
        'NOT_FOUND',
        `${descriptor.digest} is not in the layout ${this.#files.directory}`,
        { remedy: 'Copy the artifact again; part of it was left behind.' },
      );
    return verifiedStream(file.createReadStream(), descriptor);
  }

  async exists(descriptor: Descriptor): Promise<boolean> {
    const file = await this.#files.openBlob(descriptor.digest);
    const stats = await file?.stat();
    await file?.close();
    return stats?.size === descriptor.size;
  }

  async referrers(subject: Digest, artifactType?: string): Promise<readonly Descriptor[]> {
    const listed = await this.#entries();
    const found: Descriptor[] = [];
    // cosign save leaves bundles out of index.json: every blob that is a manifest is looked at.
    for (const digest of new Set([
      ...listed.map((e) => e.digest),
      ...(await this.#files.listBlobs()),
    ])) {
      const referrer = await this.#asReferrer(digest, subject);
      if (referrer && (artifactType === undefined || referrer.artifactType === artifactType))
        found.push(referrer);
    }
    return found;
  }

  async tags(): Promise<readonly string[]> {
    const tags = (await this.#entries()).map(tagOf).filter((tag) => tag !== undefined);
    return [...new Set(tags)].sort();
  }

  async push(descriptor: Descriptor, content: Uint8Array): Promise<void> {
    checkBytes(content, descriptor);
    await this.#files.create();
    if (!(await this.exists(descriptor))) await this.#files.writeBlob(descriptor.digest, content);
    if (!isManifestType(descriptor.mediaType) && !isIndexType(descriptor.mediaType)) return;
    const listed = withArtifactType(descriptor, parseManifest(content, descriptor.mediaType));
    await this.#changeIndex((index) => listEntry(index, listed));
  }

  async tag(descriptor: Descriptor, tag: string): Promise<void> {
    const { document } = await readManifest(this, descriptor);
    const listed = withArtifactType(descriptor, document);
    await this.#changeIndex((index) => nameEntry(index, listed, tag));
  }

  async #find(
    entries: readonly Descriptor[],
    tagOrDigest: string | undefined,
  ): Promise<Descriptor | undefined> {
    if (tagOrDigest === undefined) {
      const referrers = new Set<Digest>();
      for (const { digest } of entries) {
        const manifest = await this.#manifestOf(digest);
        if (manifest && subjectOf(manifest)) referrers.add(digest);
      }
      return findDefault(entries, (entry) => referrers.has(entry.digest));
    }
    if (!isDigest(tagOrDigest)) return findTag(entries, tagOrDigest);
    return entries.find((entry) => entry.digest === tagOrDigest) ?? this.#unlisted(tagOrDigest);
  }

  /** A manifest that index.json does not list, such as an index's child. */
  async #unlisted(digest: Digest): Promise<Descriptor | undefined> {
    return (await this.#manifestOf(digest))?.descriptor;
  }

  async #asReferrer(digest: Digest, subject: Digest): Promise<Descriptor | undefined> {
    const manifest = await this.#manifestOf(digest);
    return manifest && subjectOf(manifest) === subject ? manifest.descriptor : undefined;
  }

  /** Looks at a blob that may be a manifest; damaged and other content is none. */
  async #manifestOf(digest: Digest): Promise<DescribedManifest | undefined> {
    const bytes = await this.#readIfJson(digest);
    const manifest = bytes && describeManifest(bytes);
    return manifest?.descriptor.digest === digest ? manifest : undefined;
  }

  async #readIfJson(digest: Digest): Promise<Buffer | undefined> {
    const file = await this.#files.openBlob(digest);
    if (!file) return undefined;
    try {
      const { size } = await file.stat();
      if (size > MAX_MANIFEST_BYTES) return undefined;
      const { buffer } = await file.read(Buffer.alloc(1), 0, 1, 0);
      return buffer.toString('latin1') === '{' ? await file.readFile() : undefined;
    } finally {
      await file.close();
    }
  }

  async #entries(): Promise<readonly Descriptor[]> {
    return (parseManifest(await this.#files.readIndex(), OCI_INDEX) as ImageIndex).manifests;
  }

  #changeIndex(change: (text: string) => string): Promise<void> {
    const next = this.#lastChange.then(async () => {
      const before = (await this.#files.readIndex()).toString('utf8');
      const after = change(before);
      if (after !== before) await this.#files.writeIndex(after);
    });
    this.#lastChange = next.catch(() => undefined);
    return next;
  }
}

function subjectOf({ document }: DescribedManifest): Digest | undefined {
  return document.kind === 'manifest' ? document.subject?.digest : undefined;
}
