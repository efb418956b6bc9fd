import { Readable } from 'node:stream';
import type { CallOptions, ReadableStore, ReferrersOptions } from '../content/content-store.ts';
import type { Descriptor } from '../content/descriptor.ts';
import { readContent, readManifest } from '../content/read-content.ts';
import { verifiedStream } from '../content/verified-stream.ts';
import type { PinnedReference } from '../content/verified-subject.ts';
import type { Digest } from '../reference/digest.ts';

/** The most bytes of one layer that are fetched before it is known whether anybody signed them. */
const MAX_AHEAD_BYTES = 1024 * 1024;

export interface AheadLimits {
  /** Ends what nobody waits for any more. */
  readonly signal: AbortSignal;
  /** Whether so many bytes may wait in memory; they count from then on. */
  readonly holds: (bytes: number) => boolean;
  readonly maxLayerBytes?: number | undefined;
}

/**
 * A store that is asked for what an install needs next while it is still asked for something else:
 * over a slow link the number of questions after one another decides. Nothing is looked into any
 * earlier: what came ahead waits, hashed, until it is asked for.
 */
export class ReadAheadStore implements ReadableStore {
  readonly #store: ReadableStore;
  readonly #limits: AheadLimits;
  readonly #subject: Digest | undefined;
  #layer: Descriptor | undefined;
  #referrers: Promise<readonly Descriptor[]> | undefined;
  #bytes: Promise<Buffer> | undefined;

  /** @param subject what is installed, where that is known before anything is asked */
  constructor(store: ReadableStore, subject: Digest | undefined, limits: AheadLimits) {
    this.#store = store;
    this.#subject = subject;
    this.#limits = limits;
  }

  /** Has the one layer of a small artifact fetched beside its signatures. */
  async expectLayer({ descriptor }: PinnedReference): Promise<void> {
    const { signal, holds, maxLayerBytes = MAX_AHEAD_BYTES } = this.#limits;
    const { document } = await readManifest(this.#store, descriptor, { signal });
    const [layer, ...others] = document.kind === 'manifest' ? document.layers : [];
    if (!layer || others.length > 0) return;
    const isSmall = layer.size <= Math.min(maxLayerBytes, MAX_AHEAD_BYTES);
    if (isSmall && holds(layer.size)) this.#layer = layer;
  }

  resolve(tagOrDigest: string | undefined, options?: CallOptions): Promise<Descriptor> {
    const found = this.#store.resolve(tagOrDigest, options);
    if (this.#subject !== undefined && tagOrDigest === this.#subject)
      this.#referrers = kept(
        this.#store.referrers(this.#subject, undefined, {
          skipFallbackTag: true,
          signal: this.#limits.signal,
        }),
      );
    return found;
  }

  referrers(
    subject: Digest,
    artifactType?: string,
    options: ReferrersOptions = {},
  ): Promise<readonly Descriptor[]> {
    const isAhead = subject === this.#subject && options.skipFallbackTag === true;
    const ahead = isAhead && artifactType === undefined ? this.#referrers : undefined;
    this.#referrers = undefined;
    const listed = ahead ?? this.#store.referrers(subject, artifactType, options);
    // Second, so that the signatures get the connection that is open already.
    this.#fetchLayer();
    return listed;
  }

  async open(descriptor: Descriptor, options?: CallOptions): Promise<Readable> {
    if (descriptor.digest !== this.#layer?.digest || !this.#bytes)
      return this.#store.open(descriptor, options);
    return verifiedStream(Readable.from([await this.#bytes]), descriptor);
  }

  peek(tag: string, options?: CallOptions): Promise<Digest> {
    return this.#store.peek(tag, options);
  }

  exists(descriptor: Descriptor, options?: CallOptions): Promise<boolean> {
    return this.#store.exists(descriptor, options);
  }

  tags(options?: CallOptions): Promise<readonly string[]> {
    return this.#store.tags(options);
  }

  #fetchLayer(): void {
    if (!this.#layer || this.#bytes) return;
    const options = { signal: this.#limits.signal, limitBytes: MAX_AHEAD_BYTES };
    this.#bytes = kept(readContent(this.#store, this.#layer, options));
  }
}

/** What fails is told to whoever asks for it, and to nobody if nobody does. */
function kept<Result>(promise: Promise<Result>): Promise<Result> {
  promise.catch(() => undefined);
  return promise;
}
