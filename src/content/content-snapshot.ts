import type { Digest } from '../reference/digest.ts';
import type { Descriptor } from './descriptor.ts';

/** A small part of a store, kept whole: tags, listed referrers, and bytes by digest. */
export interface ContentSnapshot {
  readonly tags: Readonly<Record<string, Descriptor>>;
  readonly referrers: readonly Descriptor[];
  readonly blobs: ReadonlyMap<Digest, Uint8Array>;
}
