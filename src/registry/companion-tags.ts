import type { CallOptions } from '../content/content-store.ts';
import { tagMoved } from '../content/tag-moved.ts';
import { statusOf } from './answer-error.ts';
import type { FetchedManifest } from './fetch-manifest.ts';
import { fetchOptional } from './list-referrers.ts';
import type { KnownManifest } from './manifest-cache.ts';
import { putManifest, type PutAnswer } from './put-manifest.ts';
import { nameOf, type Repository } from './repository.ts';
import { settle } from './settle.ts';

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
 * answers 201), so who writes reads again when the others have written too: the write ends then.
 */
export class CompanionTags {
  readonly #repository: Repository;
  readonly #reads: Map<string, TagRead> = new Map<string, TagRead>();

  constructor(repository: Repository) {
    this.#repository = repository;
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
    { descriptor: { mediaType }, bytes }: KnownManifest,
    options: CallOptions,
  ): Promise<PutAnswer> {
    const { readAtMs, manifest } = this.#reads.get(tag) ?? { readAtMs: performance.now() };
    const entityTag = manifest?.entityTag;
    const toPut = { tagOrDigest: tag, mediaType, bytes, entityTag };
    try {
      const answer = await putManifest(this.#repository, toPut, options);
      await settle(performance.now() - readAtMs, this.#repository.pauses, options);
      return answer;
    } catch (error) {
      if (statusOf(error) !== 412 || !entityTag) throw error;
      // Unmoved and refused all the same: the registry never moves tags.
      const now = await fetchOptional(this.#repository, tag, options);
      if (now?.descriptor.digest === manifest.descriptor.digest) throw error;
      throw tagMoved(nameOf(this.#repository), tag);
    }
  }
}
