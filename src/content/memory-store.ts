import { Readable } from 'node:stream';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { isDigest, type Digest } from '../reference/digest.ts';
import { isIndexType, isManifestType } from '../reference/media-types.ts';
import { checkedBytes, type Content } from './content.ts';
import type { ContentSnapshot } from './content-snapshot.ts';
import type { ContentStore, StoreOptions } from './content-store.ts';
import type { Descriptor } from './descriptor.ts';
import { describeManifest, withArtifactType } from './describe-manifest.ts';
import { parseManifest } from './manifest.ts';
import { verifiedStream } from './verified-stream.ts';

/** A store in memory: stored evidence is judged again through it, and tests start from it. */
export class MemoryStore implements ContentStore {
  readonly #blobs: Map<Digest, Uint8Array>;
  readonly #manifests: Map<Digest, Descriptor> = new Map<Digest, Descriptor>();
  readonly #tags: Map<string, Descriptor>;
  readonly #referrers: Descriptor[];

  constructor(snapshot: ContentSnapshot = { tags: {}, referrers: [], blobs: new Map() }) {
    this.#blobs = new Map(snapshot.blobs);
    this.#tags = new Map(Object.entries(snapshot.tags));
    this.#referrers = [...snapshot.referrers];
    for (const descriptor of [...this.#tags.values(), ...this.#referrers])
      this.#manifests.set(descriptor.digest, descriptor);
  }

  resolve(tagOrDigest = 'latest'): Promise<Descriptor> {
    const found = isDigest(tagOrDigest) ? this.#byDigest(tagOrDigest) : this.#tags.get(tagOrDigest);
    return found ? Promise.resolve(found) : Promise.reject(notFound(tagOrDigest));
  }

  async peek(tag: string): Promise<Digest> {
    return (await this.resolve(tag)).digest;
  }

  open(descriptor: Descriptor): Promise<Readable> {
    const bytes = this.#blobs.get(descriptor.digest);
    if (!bytes) return Promise.reject(notFound(descriptor.digest));
    return Promise.resolve(verifiedStream(Readable.from([Buffer.from(bytes)]), descriptor));
  }

  exists(descriptor: Descriptor): Promise<boolean> {
    return Promise.resolve(this.#blobs.has(descriptor.digest));
  }

  async referrers(subject: Digest, artifactType?: string): Promise<readonly Descriptor[]> {
    const found: Descriptor[] = [];
    for (const descriptor of this.#referrers) {
      const bytes = this.#blobs.get(descriptor.digest);
      if (!bytes || (artifactType !== undefined && descriptor.artifactType !== artifactType))
        continue;
      const document = parseManifest(bytes, descriptor.mediaType);
      if (document.kind === 'manifest' && document.subject?.digest === subject)
        found.push(descriptor);
    }
    return Promise.resolve(found);
  }

  tags(): Promise<readonly string[]> {
    return Promise.resolve([...this.#tags.keys()].sort());
  }

  async push(
    descriptor: Descriptor,
    content: Content,
    { tag }: StoreOptions = {},
  ): Promise<boolean> {
    const held = this.#blobs.get(descriptor.digest);
    const isNew = held === undefined;
    const given = typeof content === 'function' ? (held ?? content) : content;
    const bytes = await checkedBytes(given, descriptor);
    this.#blobs.set(descriptor.digest, bytes);
    if (!isManifestType(descriptor.mediaType) && !isIndexType(descriptor.mediaType)) return isNew;
    const document = parseManifest(bytes, descriptor.mediaType);
    const known = this.#manifests.has(descriptor.digest);
    const listed = withArtifactType(descriptor, document);
    this.#manifests.set(descriptor.digest, listed);
    if (document.kind === 'manifest' && document.subject && !known) this.#referrers.push(listed);
    if (tag !== undefined) await this.tag(listed, tag);
    return isNew;
  }

  tag(descriptor: Descriptor, tag: string): Promise<void> {
    if (!this.#manifests.has(descriptor.digest)) return Promise.reject(notFound(descriptor.digest));
    this.#tags.set(tag, descriptor);
    return Promise.resolve();
  }

  #byDigest(digest: Digest): Descriptor | undefined {
    const bytes = this.#blobs.get(digest);
    return this.#manifests.get(digest) ?? (bytes && describeManifest(bytes)?.descriptor);
  }

  /** Everything this store holds, to be kept or written down. */
  snapshot(): ContentSnapshot {
    return {
      tags: Object.fromEntries(this.#tags),
      referrers: [...this.#referrers],
      blobs: new Map(this.#blobs),
    };
  }
}

function notFound(what: string): KongcrateError {
  return new KongcrateError('NOT_FOUND', `${what} is not in this store`, {
    remedy: 'Check the tag or digest.',
  });
}
