import type { CallOptions } from '../content/content-store.ts';
import type { ImageManifest } from '../content/manifest.ts';
import { orNone } from '../content/or-none.ts';
import { readContent, readManifest, type ReadManifest } from '../content/read-content.ts';
import type { Digest } from '../reference/digest.ts';
import { BUNDLE_PREFIX, SIMPLE_SIGNING } from '../reference/media-types.ts';
import { LegacyLayers } from './legacy-layers.ts';
import { listReferrers } from './list-referrers.ts';
import { readBundle } from './read-bundle.ts';
import type { StoredSignature } from './signature-candidate.ts';
import { sourceIn, type SignatureSearch } from './signature-findings.ts';

const MAX_BUNDLE_BYTES = 1024 * 1024;
/** The most bytes an attestation may have as it is stored; an SBOM is long. */
export const MAX_ATTESTATION_BYTES: number = 16 * 1024 * 1024;

type Search = Pick<
  SignatureSearch,
  'store' | 'subject' | 'place' | 'attestation' | keyof CallOptions
>;
type Referrer = ReadManifest<ImageManifest>;

/**
 * Looks for signatures among the referrers of a digest, one after the other: bundles, and the legacy
 * signatures that cosign attaches in its mode `oci-1-1`.
 */
export async function* findReferrers(
  search: SignatureSearch,
): AsyncGenerator<StoredSignature, void> {
  const { subject, findings, maxBundles } = search;
  const layers = new LegacyLayers(search);
  const seen = new Set<Digest>();
  for await (const digest of listReferrers(search)) {
    if (seen.has(digest)) continue;
    seen.add(digest);
    if (seen.size > maxBundles) continue;
    const source = sourceIn(search, `referrer ${digest}`);
    const referrer = await findings.attempt(source, () => readReferrer(search, digest));
    if (!referrer) continue;
    const bundle = await findings.attempt(source, () => readBundleCandidate(search, referrer));
    if (bundle) yield bundle;
    yield* layers.read({
      ...{ source, manifest: referrer, tags: {}, referrers: [referrer.descriptor] },
      layers: referrer.document.layers.filter(({ mediaType }) => mediaType === SIMPLE_SIGNING),
    });
  }
  const unreadCount = seen.size - maxBundles;
  if (unreadCount > 0)
    findings.unread.push(sourceIn(search, `${unreadCount} more referrers of ${subject}`));
}

/**
 * Reads a manifest that is listed as a referrer; `undefined` when it is gone, or of another subject.
 * @throws KongcrateError CONTENT_INVALID, and what the store throws
 */
export async function readReferrer(
  { store, subject, ...options }: Search,
  digest: Digest,
): Promise<Referrer | undefined> {
  const manifest = await orNone(async () =>
    readManifest(store, await store.resolve(digest, options), options),
  );
  if (manifest?.document.kind !== 'manifest') return undefined;
  const { descriptor, bytes, document } = manifest;
  return document.subject?.digest === subject ? { descriptor, bytes, document } : undefined;
}

/**
 * Reads the bundle that a referrer holds; `undefined` when it holds something else.
 * @throws KongcrateError SIGNATURE_MISMATCH, CONTENT_INVALID, and what the store throws
 */
export async function readBundleCandidate(
  search: Search,
  { descriptor, bytes, document }: Referrer,
): Promise<StoredSignature | undefined> {
  const [layer, ...others] = document.layers;
  if (!layer?.mediaType.startsWith(BUNDLE_PREFIX) || others.length > 0) return undefined;
  const limitBytes = search.attestation === undefined ? MAX_BUNDLE_BYTES : MAX_ATTESTATION_BYTES;
  const limits = { ...search, limitBytes };
  const bundle = await readContent(search.store, layer, limits);
  return {
    format: 'bundle',
    source: sourceIn(search, `referrer ${descriptor.digest}`),
    descriptor,
    ...readBundle(bundle),
    evidence: {
      tags: {},
      referrers: [descriptor],
      blobs: new Map([
        [descriptor.digest, bytes],
        [layer.digest, bundle],
      ]),
    },
  };
}
