import { KongcrateError, messageOf } from '../errors/kongcrate-error.ts';
import { digestOf, isDigest, type Digest } from '../reference/digest.ts';
import type { Descriptor } from './descriptor.ts';

/** A small part of a store, kept whole: tags, listed referrers, and bytes by digest. */
export interface ContentSnapshot {
  readonly tags: Readonly<Record<string, Descriptor>>;
  readonly referrers: readonly Descriptor[];
  readonly blobs: ReadonlyMap<Digest, Uint8Array>;
}

interface SnapshotDocument {
  readonly schemaVersion: 1;
  readonly tags: Readonly<Record<string, Descriptor>>;
  readonly referrers: readonly Descriptor[];
  readonly blobs: Readonly<Record<string, string>>;
}

/** Writes a snapshot as JSON, blobs in base64: the same snapshot gives the same bytes. */
export function encodeSnapshot(snapshot: ContentSnapshot): Buffer {
  const blobs = [...snapshot.blobs.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([digest, bytes]): [string, string] => [digest, Buffer.from(bytes).toString('base64')]);
  const document: SnapshotDocument = {
    schemaVersion: 1,
    tags: snapshot.tags,
    referrers: snapshot.referrers,
    blobs: Object.fromEntries(blobs),
  };
  return Buffer.from(`${JSON.stringify(document, null, 1)}\n`);
}

/**
 * Reads what {@link encodeSnapshot} wrote. Every blob is hashed; what is said about the bytes is
 * not believed here but judged again by the verifier.
 * @throws KongcrateError CONTENT_INVALID, DIGEST_MISMATCH
 */
export function decodeSnapshot(bytes: Uint8Array): ContentSnapshot {
  const document = parse(bytes);
  const blobs = new Map<Digest, Uint8Array>();
  for (const [digest, base64] of Object.entries(document.blobs)) {
    const blob = Buffer.from(base64, 'base64');
    if (!isDigest(digest) || digestOf(blob) !== digest)
      throw new KongcrateError('DIGEST_MISMATCH', `stored evidence ${digest} was changed`, {
        remedy: 'Install the plugin again from its registry or layout.',
      });
    blobs.set(digest, blob);
  }
  return { tags: document.tags, referrers: document.referrers, blobs };
}

function parse(bytes: Uint8Array): SnapshotDocument {
  try {
    const document = JSON.parse(Buffer.from(bytes).toString('utf8')) as Partial<SnapshotDocument>;
    const { schemaVersion, tags, referrers, blobs } = document;
    if (schemaVersion === 1 && tags && Array.isArray(referrers) && blobs)
      return { schemaVersion, tags, referrers, blobs };
    throw new Error('it has another shape');
  } catch (error) {
    throw new KongcrateError(
      'CONTENT_INVALID',
      `stored evidence cannot be read: ${messageOf(error)}`,
      { remedy: 'Install the plugin again from its registry or layout.', cause: error },
    );
  }
}
