import type { CallOptions, ContentStore, ReadableStore, StoreOptions } from './content-store.ts';
import type { Descriptor } from './descriptor.ts';
import { StoreChain } from './store-chain.ts';
import { StoreLink, type LinkedStore } from './store-link.ts';

export interface MirroredOptions {
  /** In the order in which they are asked. */
  readonly mirrors: readonly [LinkedStore, ...LinkedStore[]];
  /** Asked last, and the only one that is written to. */
  readonly source: LinkedStore & { readonly store: ContentStore };
  /** Takes one line for each place that failed. */
  readonly onNote?: ((text: string) => void) | undefined;
}

/** A store with mirrors: they are read first, and never written to. */
export class MirroredStore extends StoreChain implements ContentStore {
  readonly source: ContentStore;
  /** What the mirrors hold, without the source. */
  readonly nearby: ReadableStore;

  constructor({ mirrors: [first, ...others], source, onNote }: MirroredOptions) {
    const near = [
      new StoreLink(first, onNote),
      ...others.map((place) => new StoreLink(place, onNote)),
    ] as const;
    super([...near, new StoreLink(source, onNote)]);
    this.source = source.store;
    this.nearby = new StoreChain(near);
  }

  push(descriptor: Descriptor, content: Uint8Array, options?: StoreOptions): Promise<boolean> {
    return this.source.push(descriptor, content, options);
  }

  tag(descriptor: Descriptor, tag: string, options?: CallOptions): Promise<void> {
    return this.source.tag(descriptor, tag, options);
  }
}
