import type { ReferrersOptions, CallOptions } from '../content/content-store.ts';
import type { Descriptor } from '../content/descriptor.ts';
import type { Digest } from '../reference/digest.ts';
import { appendReferrer, type Referrer } from './append-referrer.ts';
import { askReferrersApi, listFallbackTag } from './list-referrers.ts';
import type { PutAnswer } from './put-manifest.ts';
import type { Repository } from './repository.ts';

/** The lists of referrers of a repository: the registry's own, and the tags that stand in for it. */
export class ReferrerLists {
  readonly #repository: Repository;
  /** Once an answer has shown that the registry lists none itself. */
  #hasNoApi = false;

  constructor(repository: Repository) {
    this.#repository = repository;
  }

  /** What is listed; where the registry lists nothing itself, what the tag lists. */
  async read(
    subject: Digest,
    { skipFallbackTag = false, ...options }: ReferrersOptions,
  ): Promise<readonly Descriptor[]> {
    const own = await this.#askApi(subject, options);
    if (own.length > 0 || skipFallbackTag) return own;
    return listFallbackTag(this.#repository, subject, options);
  }

  /**
   * Sees to it that a referrer is listed: by the registry itself, else under the tag.
   * @param answer what putting its manifest was answered with
   */
  async add(referrer: Referrer, answer: PutAnswer, options: CallOptions): Promise<void> {
    const { subject, descriptor } = referrer;
    // OCI distribution-spec, "pushing manifests with subject": so says who lists it.
    if (answer.subject === subject) return;
    // An API that answers is no proof: some registries list nothing, whatever they hold.
    const own = await this.#askApi(subject, options);
    if (own.some(({ digest }) => digest === descriptor.digest)) return;
    await appendReferrer(this.#repository, referrer, options);
  }

  async #askApi(subject: Digest, options: CallOptions): Promise<readonly Descriptor[]> {
    if (this.#hasNoApi) return [];
    const listed = await askReferrersApi(this.#repository, subject, options);
    this.#hasNoApi = listed === undefined;
    return listed ?? [];
  }
}
