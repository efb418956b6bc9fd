import { KongcrateError, messageOf } from '../errors/kongcrate-error.ts';
import { digestOf, isDigest, type Digest } from '../reference/digest.ts';
import type { Descriptor } from './descriptor.ts';
import { readDescriptor } from './manifest.ts';

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
  const { blobs, ...lists } = parse(bytes);
  return { ...lists, blobs: new Map(Object.entries(blobs).map(readBlob)) };
}

function readBlob([digest, base64]: [string, string]): [Digest, Uint8Array] {
  const blob = Buffer.from(base64, 'base64');
  if (isDigest(digest) && digestOf(blob) === digest) return [digest, blob];
  throw new KongcrateError('DIGEST_MISMATCH', `stored evidence ${digest} was changed`, {
    remedy: REMEDY,
  });
}

function parse(bytes: Uint8Array): Omit<SnapshotDocument, 'schemaVersion'> {
  try {
    const document = asObject(JSON.parse(Buffer.from(bytes).toString('utf8')));
    const { schemaVersion, referrers } = document;
    if (schemaVersion !== 1 || !Array.isArray(referrers)) throw new Error('it has another shape');
    const tags = Object.entries(asObject(document['tags']));
    const blobs = Object.entries(asObject(document['blobs']));
    return {
      tags: Object.fromEntries(
        tags.map(([tag, value]) => [tag, readDescriptor(value, `tag ${tag}`)]),
      ),
      referrers: referrers.map((value: unknown, at) => readDescriptor(value, `referrers[${at}]`)),
      blobs: Object.fromEntries(blobs.map(([digest, value]) => [digest, asText(value)])),
    };
  } catch (error) {
    throw new KongcrateError(
      'CONTENT_INVALID',
      `stored evidence cannot be read: ${messageOf(error)}`,
      { remedy: REMEDY, cause: error },
    );
  }
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  throw new Error('it has another shape');
}

function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new Error('a blob is no text');
}

const REMEDY = 'Install the plugin again from its registry or layout.';
