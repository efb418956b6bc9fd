import { KongcrateError, messageOf } from '../errors/kongcrate-error.ts';
import { isDigest, type Digest } from '../reference/digest.ts';
import { isIndexType } from '../reference/media-types.ts';
import type { Descriptor } from './descriptor.ts';
import {
  isObject,
  listIn,
  parseDocument,
  parseManifest,
  readDescriptor,
  type ImageIndex,
  type ImageManifest,
} from './manifest.ts';

/** What a list says of a referrer. Its digest alone counts: the manifest is read and hashed. */
export type ListedReferrer = Pick<Descriptor, 'digest'> &
  Partial<Pick<Descriptor, 'mediaType' | 'annotations'>>;

export interface ReferrersList {
  /** The list as far as its entries are well written; what is no index is read as it is. */
  readonly document: ImageManifest | ImageIndex;
  /** Every entry that names a digest. */
  readonly listed: readonly ListedReferrer[];
  /** Why others cannot be read; nothing where there are none. */
  readonly damage?: KongcrateError;
}

/**
 * Reads what the tag that stands in for the referrers API holds. Clients write it, each in its own
 * way (OCI distribution-spec, "referrers tag schema"): one bad entry must not hide the others.
 * @param mediaType what the descriptor said
 * @throws KongcrateError CONTENT_INVALID as {@link parseManifest}, but for entries
 */
export function parseReferrersList(bytes: Uint8Array, mediaType: string): ReferrersList {
  const { document, stated } = parseDocument(bytes, mediaType);
  if (!isIndexType(stated)) return { document: parseManifest(bytes, mediaType), listed: [] };
  const entries = listIn(document, 'manifests').map(readEntry);
  const manifests = entries.flatMap(({ descriptor }) => descriptor ?? []);
  const listed = entries.flatMap(({ descriptor, digest }): ListedReferrer[] =>
    descriptor ? [descriptor] : digest ? [{ digest }] : [],
  );
  const lost = entries.filter(({ digest }) => digest === undefined);
  return {
    document: { kind: 'index', mediaType: stated, manifests, annotations: {} },
    listed,
    ...(lost[0] ? { damage: damaged(lost.length, lost[0].error) } : {}),
  };
}

interface Entry {
  readonly digest?: Digest | undefined;
  readonly descriptor?: Descriptor;
  readonly error?: unknown;
}

function readEntry(value: unknown, index: number): Entry {
  const digest = isObject(value) && isDigest(value['digest']) ? value['digest'] : undefined;
  try {
    return { digest, descriptor: readDescriptor(value, `manifests[${index}]`) };
  } catch (error) {
    return { digest, error };
  }
}

function damaged(count: number, error: unknown): KongcrateError {
  return new KongcrateError(
    'CONTENT_INVALID',
    `${count} of its entries name nothing: ${messageOf(error)}`,
    {
      remedy: 'Delete that tag, then sign the artifact again.',
      cause: error,
    },
  );
}
