import { describeManifest, type DescribedManifest } from '../content/describe-manifest.ts';
import type { Digest } from '../reference/digest.ts';

const OPENING_BRACE = 0x7b;

/** Looks at bytes that may be a manifest; damaged and other content is none. */
export function asManifest(
  digest: Digest,
  bytes: Buffer | undefined,
): DescribedManifest | undefined {
  const manifest = bytes?.[0] === OPENING_BRACE ? describeManifest(bytes) : undefined;
  return manifest?.descriptor.digest === digest ? manifest : undefined;
}
