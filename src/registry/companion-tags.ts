import type { CallOptions } from '../content/content-store.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { Digest } from '../reference/digest.ts';
import { statusOf } from './answer-error.ts';
import type { FetchedManifest } from './fetch-manifest.ts';
import { fetchOptional } from './list-referrers.ts';
import type { KnownManifest } from './manifest-cache.ts';
import { putManifest } from './put-manifest.ts';
import { nameOf, type Repository } from './repository.ts';
import { settle, type Pauses } from './settle.ts';

/** The tags that cosign keeps beside an image: `.sig`, `.att`, `.sbom`. */
const COMPANION = /^sha256-[0-9a-f]{64}\.[a-z]+$/;

interface TagRead {
  readonly readAtMs: number;
  /** What the tag held; nothing where it was not there. */
  readonly manifest?: FetchedManifest | undefined;
}

/** Whether several writers add to what a tag holds, each by reading, appending and writing. */
export function isCompanionTag(tag: string): boolean {
  return COMPANION.test(tag);
}

/**
 * Writes tags that several may write at once. Registries ignore `If-Match` (docker-registry 2.8.3
 * answers 201), so a write is read again: best effort, as for the list of referrers.
 */
export class CompanionTags {
  readonly #repository: Repository;
  readonly #pauses: Pauses;
  readonly #reads: Map<string, TagRead> = new Map<string, TagRead>();

  constructor(repository: Repository, pauses: Pauses) {
    this.#repository = repository;
    this.#pauses = pauses;
  }

  /** Remembers when a tag was read and what it held: the next write replaces that. */
  noteRead(tag: string, read: TagRead): void {
    this.#reads.set(tag, read);
  }

  /**
   * Points the tag at a manifest that was built on what the last read gave.
   * @throws KongcrateError TAG_EXISTS when somebody else wrote meanwhile: read and append again
   */
  async write(
    tag: string,
    { descriptor: { mediaType, digest }, bytes }: KnownManifest,
    { signal }: CallOptions,
  ): Promise<void> {
    const options = { pauses: this.#pauses, ...(signal ? { signal } : {}) };
    const { readAtMs, manifest } = this.#reads.get(tag) ?? { readAtMs: performance.now() };
    const entityTag = manifest?.entityTag;
    try {
      await putManifest(
        this.#repository,
        { tagOrDigest: tag, mediaType, bytes, entityTag },
        options,
      );
    } catch (error) {
      if (statusOf(error) !== 412 || !entityTag) throw error;
      // Unmoved and refused all the same: the registry never moves tags.
      if ((await this.#read(tag, options)) === manifest.descriptor.digest) throw error;
      throw this.#moved(tag);
    }
    await settle(performance.now() - readAtMs, options);
    if ((await this.#read(tag, options)) !== digest) throw this.#moved(tag);
  }

  async #read(tag: string, options: CallOptions): Promise<Digest | undefined> {
    return (await fetchOptional(this.#repository, tag, options))?.descriptor.digest;
  }

  #moved(tag: string): KongcrateError {
    return new KongcrateError(
      'TAG_EXISTS',
      `${nameOf(this.#repository)}:${tag} was written by somebody else at the same time`,
      { remedy: 'Run the command again: it adds to what stands there now.', details: { tag } },
    );
  }
}
