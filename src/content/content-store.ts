import type { Readable } from 'node:stream';
import type { Digest } from '../reference/digest.ts';
import type { Content } from './content.ts';
import type { Descriptor } from './descriptor.ts';

/** What every call that may take time accepts. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Called while content is read; the last call has `doneBytes` equal to `totalBytes`. */
  readonly onProgress?: (event: ProgressEvent) => void;
}

export interface ProgressEvent {
  readonly digest: Digest;
  readonly doneBytes: number;
  readonly totalBytes: number;
}

/** How referrers are looked for. */
export interface ReferrersOptions extends CallOptions {
  /** Leaves out the tag that stands in for a missing referrers API: the caller reads it himself. */
  readonly skipFallbackTag?: boolean;
}

/** How content is stored. */
export interface StoreOptions extends CallOptions {
  /** Points this tag at the manifest in the same step. */
  readonly tag?: string;
  /**
   * What the tag stood for when it was read. A store that can tell throws TAG_EXISTS when that is
   * no longer so; few registries can.
   */
  readonly replaces?: Digest | 'nothing';
  /**
   * Another repository of the same registry, such as `acme/other`, that has the content: what can
   * be taken over from there is neither read nor sent.
   */
  readonly mountFrom?: string;
}

/** Where content is read from: a registry repository, an OCI layout, memory. */
export interface ReadableStore {
  /**
   * Finds what a tag or digest stands for: the only place where a tag is read.
   * `undefined` asks for the store's default (`latest`, or the only artifact of a layout).
   * @throws KongcrateError NOT_FOUND
   */
  resolve(tagOrDigest: string | undefined, options?: CallOptions): Promise<Descriptor>;
  /**
   * Which digest the store says a tag stands for now; nothing is read or hashed. For the question
   * whether a tag moved, and for nothing else: what is used is resolved.
   * @throws KongcrateError NOT_FOUND
   */
  peek(tag: string, options?: CallOptions): Promise<Digest>;
  /**
   * Opens content. The stream fails at its end unless size and digest match the descriptor.
   * @throws KongcrateError NOT_FOUND, DIGEST_MISMATCH, SIZE_MISMATCH
   */
  open(descriptor: Descriptor, options?: CallOptions): Promise<Readable>;
  exists(descriptor: Descriptor, options?: CallOptions): Promise<boolean>;
  /**
   * Manifests whose `subject` is the given digest. What is listed may be wrong or gone:
   * callers read each manifest and decide by its own bytes.
   */
  referrers(
    subject: Digest,
    artifactType?: string,
    options?: ReferrersOptions,
  ): Promise<readonly Descriptor[]>;
  /** All tags, sorted. */
  tags(options?: CallOptions): Promise<readonly string[]>;
}

/** Where content is written to as well. */
export interface ContentStore extends ReadableStore {
  /**
   * Stores content under its descriptor; what a store knows to have is not opened
   * again, and not sent.
   * @returns whether it was new to the store, as far as the store tells
   */
  push(descriptor: Descriptor, content: Content, options?: StoreOptions): Promise<boolean>;
  /** Points a tag at a manifest that is in the store. */
  tag(descriptor: Descriptor, tag: string, options?: CallOptions): Promise<void>;
}
