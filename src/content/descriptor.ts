import type { Digest } from '../reference/digest.ts';
import { digestOf } from '../reference/digest.ts';

/**
 * What identifies a piece of content: OCI image-spec, descriptor.md. `size` is in bytes.
 * Whoever reads content checks it against both, before anything else looks at it.
 */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly platform?: { readonly architecture: string; readonly os: string };
}

/** The descriptor of bytes at hand. */
export function describe(mediaType: string, bytes: Uint8Array): Descriptor {
  return { mediaType, digest: digestOf(bytes), size: bytes.length };
}
