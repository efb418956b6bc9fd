import type { Descriptor } from '../content/descriptor.ts';

/** A descriptor's identity in go-containerregistry's key order: equal bytes give equal digests. */
export function inGoOrder({ mediaType, size, digest }: Descriptor): Descriptor {
  return { mediaType, size, digest };
}
