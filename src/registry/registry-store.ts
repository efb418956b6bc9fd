import { Readable } from 'node:stream';
import { checkedBytes, type Content } from '../content/content.ts';
import type {
  CallOptions,
  ContentStore,
  ReferrersOptions,
  StoreOptions,
} from '../content/content-store.ts';
import { withArtifactType } from '../content/describe-manifest.ts';
import type { Descriptor } from '../content/descriptor.ts';
import { parseManifest } from '../content/manifest.ts';
import { checkBytes, verifiedStream } from '../content/verified-stream.ts';
import { isDigest, type Digest } from '../reference/digest.ts';
import { CompanionTags, isCompanionTag } from './companion-tags.ts';
import { createRegistrySend, type RegistryOptions } from './create-registry-send.ts';
import { DEFAULT_TRIES } from '../http/retry-delay.ts';
import { fetchManifest, type FetchedManifest } from './fetch-manifest.ts';
import { listTags } from './list-tags.ts';
import { ManifestCache, type KnownManifest } from './manifest-cache.ts';
import { peekTag } from './peek-tag.ts';
import { isManifestContent } from './manifest-types.ts';
import { putManifest, type PutAnswer } from './put-manifest.ts';
import { hasContent, openBlob } from './read-blob.ts';
import { ReferrerLists } from './referrer-lists.ts';
import type { Repository } from './repository.ts';
import { sleep } from './settle.ts';
import { uploadBlob } from './upload-blob.ts';

export interface RegistryStoreOptions extends RegistryOptions {
  readonly repository: string;
}

/** A store that keeps connections open until it is closed. */
export interface RegistryStore extends ContentStore {
  close(): void;
}

/**
 * Opens a repository of a registry as a store: OCI distribution-spec 1.1, and registries before
 * it. Nothing is asked before the first call.
 *
 * Tags are written without looking, except those that several writers add to (`.sig`, `.att`):
 * writing one throws TAG_EXISTS where the registry says that another writer came between, and ends
 * with a pause. Few registries say so: read the tag again, and append again what is not there.
 * A blob that a manifest read from here names is not sent again: hardly a registry takes a manifest
 * before its blobs. Besides what the port names, every call can throw what {@link RegistrySend}
 * sends and REGISTRY_ERROR, REGISTRY_LIMIT and AUTHENTICATION_FAILED for what the registry answers.
 */
export function createRegistryStore(options: RegistryStoreOptions): RegistryStore {
  const { close, ...connection } = createRegistrySend(options);
  const pauses = {
    wait: sleep,
    random: Math.random,
    tries: DEFAULT_TRIES,
    ...options.retries,
  };
  return new RepositoryStore({ ...connection, name: options.repository, pauses }, close);
}

class RepositoryStore implements RegistryStore {
  readonly close: () => void;
  readonly #repository: Repository;
  readonly #manifests: ManifestCache = new ManifestCache();
  readonly #companions: CompanionTags;
  readonly #referrers: ReferrerLists;

  constructor(repository: Repository, close: () => void) {
    this.#repository = repository;
    this.#companions = new CompanionTags(repository);
    this.#referrers = new ReferrerLists(repository);
    this.close = close;
  }

  async resolve(tagOrDigest = 'latest', options: CallOptions = {}): Promise<Descriptor> {
    if (isDigest(tagOrDigest)) return (await this.#manifest(tagOrDigest, options)).descriptor;
    const readAtMs = performance.now();
    let manifest: FetchedManifest | undefined;
    try {
      manifest = await fetchManifest(this.#repository, tagOrDigest, options);
      this.#manifests.add(manifest);
      return manifest.descriptor;
    } finally {
      if (isCompanionTag(tagOrDigest))
        this.#companions.noteRead(tagOrDigest, { readAtMs, manifest });
    }
  }

  async peek(tag: string, options: CallOptions = {}): Promise<Digest> {
    // Old registries leave the header out: then the bytes say it.
    return (
      (await peekTag(this.#repository, tag, options)) ?? (await this.resolve(tag, options)).digest
    );
  }

  async open(descriptor: Descriptor, options: CallOptions = {}): Promise<Readable> {
    if (!isManifestContent(descriptor.mediaType))
      return openBlob(this.#repository, descriptor, options);
    const { bytes } = await this.#manifest(descriptor.digest, options);
    return verifiedStream(Readable.from([bytes]), descriptor);
  }

  exists(descriptor: Descriptor, options: CallOptions = {}): Promise<boolean> {
    return hasContent(this.#repository, descriptor, options);
  }

  /** Where the registry lists none itself, the tag that stands in for its API is read. */
  async referrers(
    subject: Digest,
    artifactType?: string,
    options: ReferrersOptions = {},
  ): Promise<readonly Descriptor[]> {
    const listed = await this.#referrers.read(subject, options);
    return artifactType === undefined
      ? listed
      : listed.filter((referrer) => referrer.artifactType === artifactType);
  }

  tags(options: CallOptions = {}): Promise<readonly string[]> {
    return listTags(this.#repository, options);
  }

  async push(
    descriptor: Descriptor,
    content: Content,
    options: StoreOptions = {},
  ): Promise<boolean> {
    if (isManifestContent(descriptor.mediaType))
      return this.#pushManifest(descriptor, await checkedBytes(content, descriptor), options);
    if (typeof content !== 'function') checkBytes(content, descriptor);
    if (this.#manifests.names(descriptor.digest)) return false;
    return uploadBlob(this.#repository, { descriptor, content }, options);
  }

  async tag(descriptor: Descriptor, tag: string, options: CallOptions = {}): Promise<void> {
    await this.#put(tag, await this.#manifest(descriptor.digest, options), options);
  }

  #put(tagOrDigest: string, manifest: KnownManifest, options: CallOptions): Promise<PutAnswer> {
    if (isCompanionTag(tagOrDigest)) return this.#companions.write(tagOrDigest, manifest, options);
    const { mediaType } = manifest.descriptor;
    const { bytes } = manifest;
    return putManifest(this.#repository, { tagOrDigest, mediaType, bytes }, options);
  }

  async #manifest(digest: Digest, options: CallOptions): Promise<KnownManifest> {
    const known = this.#manifests.get(digest);
    if (known) return known;
    const fetched = await fetchManifest(this.#repository, digest, options);
    this.#manifests.add(fetched);
    return fetched;
  }

  async #pushManifest(
    descriptor: Descriptor,
    bytes: Uint8Array,
    { tag, ...options }: StoreOptions,
  ): Promise<boolean> {
    const { mediaType, digest, size } = descriptor;
    const document = parseManifest(bytes, mediaType);
    const subject = document.kind === 'manifest' ? document.subject?.digest : undefined;
    const isStored = this.#manifests.get(digest) !== undefined;
    if (isStored && tag === undefined && subject === undefined) return false;
    const manifest = { descriptor: { mediaType, digest, size }, bytes, document };
    const answer = await this.#put(tag ?? digest, manifest, options);
    this.#manifests.add(manifest);
    if (subject !== undefined) {
      const referrer = { subject, descriptor: withArtifactType(descriptor, document) };
      await this.#referrers.add(referrer, answer, options);
    }
    return !isStored;
  }
}
