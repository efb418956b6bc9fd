import type { Descriptor } from '../content/descriptor.ts';
import { MAX_MANIFEST_BYTES } from '../content/manifest.ts';
import { digestOf, type Digest } from '../reference/digest.ts';
import { asManifest } from './as-manifest.ts';
import { layoutRefused } from './check-layout.ts';
import type { LayoutReader } from './layout-reader.ts';

/** What index.json does not list is looked at as a referrer up to this size. */
const MAX_UNLISTED_BYTES = 64 * 1024;
const MAX_SCANNED_BLOBS = 20_000;

interface Referrer {
  readonly subject: Digest;
  readonly descriptor: Descriptor;
}

/**
 * The manifests of a layout that name a subject. A blob is read for the first search alone: what has
 * its digest stays what it is.
 */
export class LayoutReferrers {
  readonly #reader: LayoutReader;
  /** By digest; `undefined` for what is whole and no referrer. */
  readonly #known = new Map<Digest, Referrer | undefined>();

  constructor(reader: LayoutReader) {
    this.#reader = reader;
  }

  /**
   * @param listed what index.json lists, which comes first
   * @throws KongcrateError CONTENT_INVALID when there are more than 20,000 blobs
   */
  find(subject: Digest, listed: ReadonlySet<Digest>): readonly Descriptor[] {
    const digests = new Set([...listed, ...this.#reader.listBlobs()]);
    if (digests.size > MAX_SCANNED_BLOBS)
      throw layoutRefused(
        `${this.#reader.name} holds ${digests.size} blobs, more than the ${MAX_SCANNED_BLOBS} that are searched for signatures`,
      );
    return [...digests].flatMap((digest) => {
      const limitBytes = listed.has(digest) ? MAX_MANIFEST_BYTES : MAX_UNLISTED_BYTES;
      const referrer = this.#look(digest, limitBytes);
      return referrer?.subject === subject ? [referrer.descriptor] : [];
    });
  }

  #look(digest: Digest, limitBytes: number): Referrer | undefined {
    if (this.#known.has(digest)) return this.#known.get(digest);
    const bytes = this.#reader.readBlob(digest, limitBytes);
    // What is damaged may be made whole between two searches.
    if (!bytes || digestOf(bytes) !== digest) return undefined;
    const referrer = readReferrer(digest, bytes);
    this.#known.set(digest, referrer);
    return referrer;
  }
}

/** Most blobs are layers, configs and other manifests: they are not worth parsing. */
function readReferrer(digest: Digest, bytes: Buffer): Referrer | undefined {
  const manifest = bytes.includes('"subject"') ? asManifest(digest, bytes) : undefined;
  if (manifest?.document.kind !== 'manifest' || !manifest.document.subject) return undefined;
  return { subject: manifest.document.subject.digest, descriptor: manifest.descriptor };
}
