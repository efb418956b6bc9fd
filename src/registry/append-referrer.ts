import type { CallOptions } from '../content/content-store.ts';
import type { Descriptor } from '../content/descriptor.ts';
import { MAX_MANIFEST_BYTES } from '../content/manifest.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { referrersTagOf, type Digest } from '../reference/digest.ts';
import { OCI_INDEX } from '../reference/media-types.ts';
import { statusOf } from './answer-error.ts';
import type { FetchedManifest } from './fetch-manifest.ts';
import { findDeleted, isDangling } from './find-deleted.ts';
import { fetchOptional } from './list-referrers.ts';
import { putManifest } from './put-manifest.ts';
import { nameOf, type Repository } from './repository.ts';
import { settle } from './settle.ts';

export interface Referrer {
  readonly subject: Digest;
  /** With the artifact type and annotations of the manifest, as readers expect them listed. */
  readonly descriptor: Descriptor;
}

type Index = FetchedManifest | undefined;

const MAX_TRIES = 8;

/**
 * Lists a referrer under the tag that stands in for the referrers API (OCI distribution-spec,
 * "pushing manifests with subject"). Registries ignore `If-Match`, so the tag is read again after
 * the write until the entry is there: best effort, since no registry offers more.
 * @throws KongcrateError REGISTRY_ERROR when the tag holds no index, when the registry does not
 *   let it move, or when every entry was lost to another writer
 */
export async function appendReferrer(
  repository: Repository,
  { subject, descriptor }: Referrer,
  options: CallOptions,
): Promise<void> {
  const tag = referrersTagOf(subject);
  let refused: Digest | undefined;
  for (let tries = 0; ; tries += 1) {
    const readAtMs = performance.now();
    const current = await fetchOptional(repository, tag, options);
    if (isListed(current, descriptor.digest, `${nameOf(repository)}:${tag}`)) return;
    if (tries === MAX_TRIES) throw lost(repository, tag);
    try {
      await putEntry(repository, { tag, current, descriptor }, options);
    } catch (error) {
      if (!isConflict(error, current, refused)) throw error;
      refused = current?.descriptor.digest;
    }
    await settle(performance.now() - readAtMs, repository.pauses, options);
  }
}

function lost(repository: Repository, tag: string): KongcrateError {
  return new KongcrateError(
    'REGISTRY_ERROR',
    `${nameOf(repository)}:${tag} was written by others at the same time, ${MAX_TRIES} times over`,
    { remedy: 'Run the command again when they are done.' },
  );
}

/** Somebody was faster; where the same version is refused twice, the registry never moves tags. */
function isConflict(error: unknown, current: Index, refused: Digest | undefined): boolean {
  const isRefused = statusOf(error) === 412 && current?.entityTag !== undefined;
  return isRefused && current.descriptor.digest !== refused;
}

/** Where the list names what the registry no longer holds, that is left out. */
async function putEntry(
  repository: Repository,
  { tag, current, descriptor }: { tag: string; current: Index; descriptor: Descriptor },
  options: CallOptions,
): Promise<void> {
  const put = (deleted: ReadonlySet<string>): Promise<unknown> =>
    putManifest(
      repository,
      {
        tagOrDigest: tag,
        mediaType: current?.descriptor.mediaType ?? OCI_INDEX,
        bytes: withEntry(current, descriptor, deleted),
        entityTag: current?.entityTag,
      },
      options,
    );
  try {
    await put(new Set());
  } catch (error) {
    if (!isDangling(error) || current?.document.kind !== 'index') throw error;
    await put(await findDeleted(repository, current.document.manifests, options));
  }
}

/** Whoever put an image there (cosign copy does) would lose it to an index. */
function isListed(current: Index, digest: Digest, name: string): boolean {
  if (!current) return false;
  if (current.document.kind === 'index')
    return current.document.manifests.some((entry) => entry.digest === digest);
  throw new KongcrateError(
    'REGISTRY_ERROR',
    `${name} is needed to list referrers, and holds an image`,
    { remedy: 'cosign copy makes such tags: delete this one, then run the command again.' },
  );
}

/** Built on the document as it stands, so that nothing others wrote in it is lost. */
function withEntry(current: Index, entry: Descriptor, deleted: ReadonlySet<string>): Buffer {
  const document = current
    ? (JSON.parse(Buffer.from(current.bytes).toString('utf8')) as { manifests: Descriptor[] })
    : { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [] };
  const kept = document.manifests.filter(({ digest }) => !deleted.has(digest));
  const bytes = Buffer.from(JSON.stringify({ ...document, manifests: [...kept, entry] }));
  if (bytes.length <= MAX_MANIFEST_BYTES) return bytes;
  throw new KongcrateError(
    'CONTENT_TOO_LARGE',
    `the list of referrers would have ${bytes.length} bytes, more than ${MAX_MANIFEST_BYTES}`,
    { remedy: 'No reader takes more: delete signatures and attestations that nobody needs.' },
  );
}
