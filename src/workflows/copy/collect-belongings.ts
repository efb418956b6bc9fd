import type { CallOptions, ReadableStore } from '../../content/content-store.ts';
import type { Descriptor } from '../../content/descriptor.ts';
import { orNone } from '../../content/or-none.ts';
import { readManifest } from '../../content/read-content.ts';
import { readFallbackTag } from '../../content/read-fallback-tag.ts';
import { resolveOptional } from '../../content/resolve-optional.ts';
import { KongcrateError } from '../../errors/kongcrate-error.ts';
import { referrersTagOf, type Digest } from '../../reference/digest.ts';
import { isIndexType } from '../../reference/media-types.ts';

/** Something that goes with an artifact, and where it is. */
export interface Belonging {
  /** The last three are what cosign keeps under tags beside what it signs. */
  readonly kind: 'referrer' | 'signatures' | 'attestations' | 'sbom';
  readonly descriptor: Descriptor;
  readonly from: ReadableStore;
  /** Its tag; referrers have none. */
  readonly tag?: string;
}

const COMPANIONS = [
  ['.sig', 'signatures'],
  ['.att', 'attestations'],
  ['.sbom', 'sbom'],
] as const;
/** Of an artifact, the manifests of an index and all referrers together. */
const MAX_SUBJECTS = 1_000;

/**
 * Finds everything that belongs to an artifact: referrers, what cosign keeps under tags, and what
 * belongs to those referrers and to the manifests of an index in turn. Nothing is cut in silence.
 * @param places where to look, each with its own; what is found twice comes once for each tag
 * @throws KongcrateError CONTENT_TOO_LARGE above 1,000 manifests; CONTENT_INVALID, DIGEST_MISMATCH
 *   and what the stores throw
 */
export async function collectBelongings(
  artifact: Descriptor,
  places: readonly [ReadableStore, ...ReadableStore[]],
  options: CallOptions,
): Promise<readonly Belonging[]> {
  const found: Belonging[] = [];
  const subjects = new Map([[artifact.digest, artifact]]);
  // It grows while it is walked, and holds each once: what refers to itself ends too.
  for (const subject of subjects.values()) {
    for (const child of await childrenOf(subject, places[0], options))
      subjects.set(child.digest, child);
    for (const from of places) {
      for (const descriptor of await readReferrersOf(subject.digest, from, options)) {
        if (subjects.has(descriptor.digest)) continue;
        subjects.set(descriptor.digest, descriptor);
        found.push({ kind: 'referrer', descriptor, from });
        if (subjects.size > MAX_SUBJECTS) throw tooMany(artifact);
      }
      found.push(...(await readCompanionsOf(subject.digest, from, options)));
    }
    if (subjects.size > MAX_SUBJECTS) throw tooMany(artifact);
  }
  return found;
}

async function childrenOf(
  descriptor: Descriptor,
  store: ReadableStore,
  options: CallOptions,
): Promise<readonly Descriptor[]> {
  if (!isIndexType(descriptor.mediaType)) return [];
  const { document } = await readManifest(store, descriptor, options);
  return document.kind === 'index' ? document.manifests : [];
}

/** Lists are believed only so far: a manifest says itself what it refers to, or is gone. */
async function readReferrersOf(
  subject: Digest,
  store: ReadableStore,
  options: CallOptions,
): Promise<readonly Descriptor[]> {
  const own = await store.referrers(subject, undefined, { ...options, skipFallbackTag: true });
  const fallback = await readFallbackTag(store, subject, options);
  if (fallback?.damage) throw fallback.damage;
  const digests = new Set([...own, ...(fallback?.listed ?? [])].map(({ digest }) => digest));
  const found: Descriptor[] = [];
  for (const digest of digests) {
    const referrer = await orNone(async () =>
      readManifest(store, await store.resolve(digest, options), options),
    );
    if (referrer?.document.kind !== 'manifest') continue;
    if (referrer.document.subject?.digest === subject) found.push(referrer.descriptor);
  }
  return found;
}

async function readCompanionsOf(
  subject: Digest,
  from: ReadableStore,
  options: CallOptions,
): Promise<readonly Belonging[]> {
  const found: Belonging[] = [];
  for (const [ending, kind] of COMPANIONS) {
    const tag = `${referrersTagOf(subject)}${ending}`;
    const descriptor = await resolveOptional(from, tag, options);
    if (descriptor) found.push({ kind, descriptor, from, tag });
  }
  return found;
}

function tooMany({ digest }: Descriptor): KongcrateError {
  return new KongcrateError(
    'CONTENT_TOO_LARGE',
    `more than ${MAX_SUBJECTS} manifests belong to ${digest}`,
    { remedy: 'Nothing was copied: delete signatures and attestations that nobody needs.' },
  );
}
