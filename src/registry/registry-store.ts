import { Readable } from 'node:stream';
import type { CallOptions, ContentStore } from '../content/content-store.ts';
import { withArtifactType } from '../content/describe-manifest.ts';
import type { Descriptor } from '../content/descriptor.ts';
import { parseManifest } from '../content/manifest.ts';
import { checkBytes, verifiedStream } from '../content/verified-stream.ts';
import type { Digest } from '../reference/digest.ts';
import { appendReferrer } from './append-referrer.ts';
import { CompanionTags, isCompanionTag } from './companion-tags.ts';
import { createRegistrySend, type RegistryOptions } from './create-registry-send.ts';
import { fetchManifest, type FetchedManifest } from './fetch-manifest.ts';
import { askReferrersApi, listFallbackTag } from './list-referrers.ts';
import { listTags } from './list-tags.ts';
import { ManifestCache, type KnownManifest } from './manifest-cache.ts';
import { isManifestContent } from './manifest-types.ts';
import { putManifest } from './put-manifest.ts';
import { hasContent, openBlob } from './read-blob.ts';
import type { Repository } from './repository.ts';
import { sleep, type Pauses } from './settle.ts';
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
 * `tag` reads them again after a pause and throws TAG_EXISTS when another writer came between;
 * resolve the tag, append and tag again then. That is best effort: registries ignore `If-Match`.
 * Besides what the port names, every call can throw what {@link RegistrySend} sends and
 * REGISTRY_ERROR, REGISTRY_LIMIT and AUTHENTICATION_FAILED for what the registry answers.
 */
export function createRegistryStore(options: RegistryStoreOptions): RegistryStore {
  const { registry, send, close } = createRegistrySend(options);
  const pauses = { wait: sleep, random: Math.random, ...options.retries };
  return new RepositoryStore({ registry, name: options.repository, send }, { pauses, close });
}

class RepositoryStore implements RegistryStore {
  readonly close: () => void;
  readonly #repository: Repository;
  readonly #pauses: Pauses;
  readonly #manifests: ManifestCache = new ManifestCache();
  readonly #companions: CompanionTags;
  /** Whether the registry lists referrers itself, once an answer has told. */
  #hasApi: boolean | undefined;

  constructor(
    repository: Repository,
    { pauses, close }: { readonly pauses: Pauses; readonly close: () => void },
  ) {
    this.#repository = repository;
    this.#pauses = pauses;
    this.#companions = new CompanionTags(repository, pauses);
    this.close = close;
  }

  async resolve(tagOrDigest = 'latest', options: CallOptions = {}): Promise<Descriptor> {
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

  async open(descriptor: Descriptor, options: CallOptions = {}): Promise<Readable> {
    if (!isManifestContent(descriptor.mediaType))
      return openBlob(this.#repository, descriptor, options);
    const { bytes } = await this.#manifest(descriptor.digest, options);
    return verifiedStream(Readable.from([bytes]), descriptor);
  }

  exists(descriptor: Descriptor, options: CallOptions = {}): Promise<boolean> {
    return hasContent(this.#repository, descriptor, options);
  }

  /** Where the registry has no referrers API, the tag that stands in for it is read. */
  async referrers(
    subject: Digest,
    artifactType?: string,
    options: CallOptions = {},
  ): Promise<readonly Descriptor[]> {
    const listed =
      (await this.#askApi(subject, options)) ??
      (await listFallbackTag(this.#repository, subject, options));
    return artifactType === undefined
      ? listed
      : listed.filter((referrer) => referrer.artifactType === artifactType);
  }

  tags(options: CallOptions = {}): Promise<readonly string[]> {
    return listTags(this.#repository, options);
  }

  async push(
    descriptor: Descriptor,
    content: Uint8Array,
    options: CallOptions = {},
  ): Promise<void> {
    checkBytes(content, descriptor);
    if (isManifestContent(descriptor.mediaType))
      await this.#pushManifest(descriptor, content, options);
    else await uploadBlob(this.#repository, { descriptor, content }, options);
  }

  async tag(descriptor: Descriptor, tag: string, options: CallOptions = {}): Promise<void> {
    const manifest = await this.#manifest(descriptor.digest, options);
    if (isCompanionTag(tag)) {
      await this.#companions.write(tag, manifest, options);
      return;
    }
    const { mediaType } = manifest.descriptor;
    const { bytes } = manifest;
    await putManifest(this.#repository, { tagOrDigest: tag, mediaType, bytes }, options);
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
    options: CallOptions,
  ): Promise<void> {
    const { mediaType, digest, size } = descriptor;
    const document = parseManifest(bytes, mediaType);
    const manifest = { tagOrDigest: digest, mediaType, bytes };
    const answer = await putManifest(this.#repository, manifest, options);
    this.#manifests.add({ descriptor: { mediaType, digest, size }, bytes, document });
    const subject = document.kind === 'manifest' ? document.subject?.digest : undefined;
    if (subject === undefined) return;
    // The answer says so where the registry lists referrers itself.
    if (answer.header('oci-subject') === subject) this.#hasApi = true;
    else if (this.#hasApi === undefined) await this.#askApi(subject, options);
    if (this.#hasApi !== false) return;
    const listed = withArtifactType(descriptor, document);
    const pauses = this.#pauses;
    await appendReferrer(this.#repository, { subject, descriptor: listed }, { ...options, pauses });
  }

  async #askApi(subject: Digest, options: CallOptions): Promise<readonly Descriptor[] | undefined> {
    if (this.#hasApi === false) return undefined;
    const listed = await askReferrersApi(this.#repository, subject, options);
    this.#hasApi = listed !== undefined;
    return listed;
  }
}
