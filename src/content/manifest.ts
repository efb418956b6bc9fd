import { KongcrateError, messageOf } from '../errors/kongcrate-error.ts';
import { isDigest } from '../reference/digest.ts';
import { isIndexType, isManifestType } from '../reference/media-types.ts';
import type { Descriptor } from './descriptor.ts';
import { refuseAmbiguousJson } from './refuse-ambiguous-json.ts';

/** The most bytes a manifest, an index or a list of referrers may have. */
export const MAX_MANIFEST_BYTES: number = 4 * 1024 * 1024;
/** The most layers or manifests one document may list (cosign CVE-2024-29902 had no bound). */
const MAX_LISTED = 10_000;
/** What OCI image-spec and docker's schema 2 define in manifests, indexes, descriptors, platforms. */
const NAMES = `schemaVersion mediaType artifactType config layers manifests subject annotations
  digest size urls data platform architecture os os.version os.features variant features`.split(
  /\s+/,
);

/** An image manifest: OCI image-spec, manifest.md. */
export interface ImageManifest {
  readonly kind: 'manifest';
  readonly mediaType: string;
  readonly artifactType?: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly subject?: Descriptor;
  readonly annotations: Readonly<Record<string, string>>;
}

/** An image index: OCI image-spec, image-index.md. */
export interface ImageIndex {
  readonly kind: 'index';
  readonly mediaType: string;
  readonly manifests: readonly Descriptor[];
  readonly annotations: Readonly<Record<string, string>>;
}

export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Reads manifest or index bytes whose digest was checked already.
 * @param mediaType what the descriptor said; the document must not contradict it
 * @throws KongcrateError CONTENT_INVALID: not JSON, ambiguous keys, both kinds at once (CVE-2021-41190),
 *   docker schema 1, foreign layers with `urls` (CVE-2020-15157), malformed descriptors
 */
export function parseManifest(bytes: Uint8Array, mediaType: string): ImageManifest | ImageIndex {
  const { document, stated } = parseDocument(bytes, mediaType);
  return isIndexType(stated) ? readIndex(document, stated) : readManifest(document, stated);
}

/**
 * Reads what is told of a manifest or index before anything that it lists is looked at.
 * @throws KongcrateError CONTENT_INVALID as {@link parseManifest}, but for descriptors
 */
export function parseDocument(
  bytes: Uint8Array,
  mediaType: string,
): { readonly document: JsonObject; readonly stated: string } {
  const document = parseObject(bytes);
  const stated = document['mediaType'] ?? mediaType;
  if (typeof stated !== 'string' || (isKnown(mediaType) && stated !== mediaType))
    throw invalid(`its mediaType ${JSON.stringify(stated)} is not the descriptor's ${mediaType}`);
  if (document['schemaVersion'] !== 2) throw invalid('schemaVersion is not 2');
  if ('layers' in document && 'manifests' in document)
    throw invalid('it is a manifest and an index at once');
  if (isKnown(stated)) return { document, stated };
  throw invalid(`${JSON.stringify(stated)} is neither an image manifest nor an index`);
}

function isKnown(mediaType: string): boolean {
  return isManifestType(mediaType) || isIndexType(mediaType);
}

function readIndex(document: JsonObject, mediaType: string): ImageIndex {
  return {
    kind: 'index',
    mediaType,
    manifests: readList(document, 'manifests'),
    annotations: readAnnotations(document['annotations']),
  };
}

function readManifest(document: JsonObject, mediaType: string): ImageManifest {
  const artifactType = document['artifactType'];
  return {
    kind: 'manifest',
    mediaType,
    ...(typeof artifactType === 'string' ? { artifactType } : {}),
    config: readDescriptor(document['config'], 'config'),
    layers: readList(document, 'layers'),
    ...('subject' in document ? { subject: readDescriptor(document['subject'], 'subject') } : {}),
    annotations: readAnnotations(document['annotations']),
  };
}

function readList(document: JsonObject, key: string): readonly Descriptor[] {
  return listIn(document, key).map((item, index) => readDescriptor(item, `${key}[${index}]`));
}

/** A list of a document, within bounds. @throws KongcrateError CONTENT_INVALID */
export function listIn(document: JsonObject, key: string): readonly unknown[] {
  const list = document[key];
  if (!Array.isArray(list)) throw invalid(`${key} is not a list`);
  if (list.length <= MAX_LISTED) return list as readonly unknown[];
  throw invalid(`${key} has ${list.length} entries, more than ${MAX_LISTED}`);
}

/**
 * Reads a descriptor out of parsed JSON; fields it does not know are left out.
 * @param where it stands, for messages
 * @throws KongcrateError CONTENT_INVALID
 */
export function readDescriptor(value: unknown, where: string): Descriptor {
  if (!isObject(value)) throw invalid(`${where} is not a descriptor`);
  const { mediaType, digest, size, artifactType, platform } = value;
  if (typeof mediaType !== 'string') throw invalid(`${where} has no mediaType`);
  if (!isDigest(digest)) throw invalid(`${where} has the digest ${JSON.stringify(digest)}`);
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
    throw invalid(`${where} has the size ${JSON.stringify(size)}`);
  if (Array.isArray(value['urls']) && value['urls'].length > 0)
    throw invalid(`${where} points to other servers with urls`);
  return {
    mediaType,
    digest,
    size,
    ...(typeof artifactType === 'string' ? { artifactType } : {}),
    ...('annotations' in value ? { annotations: readAnnotations(value['annotations']) } : {}),
    ...readPlatform(platform),
  };
}

function readPlatform(value: unknown): Pick<Descriptor, 'platform'> {
  if (!isObject(value)) return {};
  const { architecture, os } = value;
  if (typeof architecture !== 'string' || typeof os !== 'string') return {};
  return { platform: { architecture, os } };
}

function readAnnotations(value: unknown): Readonly<Record<string, string>> {
  const annotations = Object.create(null) as Record<string, string>;
  if (value === undefined || value === null) return annotations;
  if (!isObject(value)) throw invalid('annotations are not an object');
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== 'string') throw invalid(`annotation ${JSON.stringify(key)} is not a text`);
    annotations[key] = text;
  }
  return annotations;
}

function parseObject(bytes: Uint8Array): JsonObject {
  const { text, value } = parseJson(bytes);
  if (!isObject(value)) throw invalid('it is no JSON object');
  refuseAmbiguousJson(text, NAMES);
  return value;
}

function parseJson(bytes: Uint8Array): { readonly text: string; readonly value: unknown } {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { text, value: JSON.parse(text) };
  } catch (error) {
    throw invalid(`it is no JSON (${messageOf(error)})`);
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(what: string): KongcrateError {
  return new KongcrateError('CONTENT_INVALID', `manifest refused: ${what}`, {
    remedy: 'The artifact was written by a broken tool or changed on its way; publish it again.',
  });
}
