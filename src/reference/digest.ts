import { createHash } from 'node:crypto';
import { KongcrateError } from '../errors/kongcrate-error.ts';

/** `sha256:` and 64 lower-case hexadecimal digits; the only algorithm kongcrate accepts. */
export type Digest = `sha256:${string}`;

const DIGEST = /^sha256:[0-9a-f]{64}$/;

export function isDigest(text: unknown): text is Digest {
  return typeof text === 'string' && DIGEST.test(text);
}

/**
 * Reads a digest, strictly: digests become file names and URLs, so anything else is refused
 * (CVE-2024-3727 was a digest used as a path).
 * @throws KongcrateError REFERENCE_INVALID
 */
export function parseDigest(text: string): Digest {
  if (isDigest(text)) return text;
  throw new KongcrateError('REFERENCE_INVALID', `not a sha256 digest: ${JSON.stringify(text)}`, {
    remedy: 'Give sha256: followed by 64 lower-case hexadecimal digits.',
  });
}

/** The sha256 digest of bytes. */
export function digestOf(bytes: Uint8Array): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** The 64 hexadecimal digits of a digest: what file names and tags are made of. */
export function hexOf(digest: Digest): string {
  return digest.slice('sha256:'.length);
}

/** The tag under which cosign keeps signatures of a digest: `sha256-<hex>.sig`. */
export function signatureTagOf(digest: Digest): string {
  return `sha256-${hexOf(digest)}.sig`;
}

/** The tag under which cosign keeps attestations of a digest: `sha256-<hex>.att`. */
export function attestationTagOf(digest: Digest): string {
  return `sha256-${hexOf(digest)}.att`;
}

/** The tag that stands in for the referrers API (OCI distribution spec, "referrers tag schema"). */
export function referrersTagOf(digest: Digest): string {
  return `sha256-${hexOf(digest)}`;
}

/** Whether a tag is one that stands in for the referrers API. */
export function isReferrersTag(tag: string): boolean {
  return /^sha256-[0-9a-f]{64}$/.test(tag);
}

/**
 * Whether a tag names what stands beside an artifact: signatures, attestations, the list that stands
 * in for the referrers API.
 */
export function isAccompanyingTag(tag: string): boolean {
  return /^sha256-[0-9a-f]{64}(\.[a-z]+)?$/.test(tag);
}
