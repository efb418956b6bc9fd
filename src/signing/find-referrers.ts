import type { CallOptions, ReadableStore } from '../content/content-store.ts';
import type { Descriptor } from '../content/descriptor.ts';
import { orNone } from '../content/or-none.ts';
import { readContent, readManifest } from '../content/read-content.ts';
import { resolveOptional } from '../content/resolve-optional.ts';
import { referrersTagOf } from '../reference/digest.ts';
import { BUNDLE_PREFIX, isIndexType, isManifestType } from '../reference/media-types.ts';
import { readBundle } from './read-bundle.ts';
import type { StoredSignature } from './signature-candidate.ts';
import type { SignatureSearch } from './signature-findings.ts';
import { SIGN_PREDICATE_TYPE } from './statement.ts';

/** What a listed bundle says of its content; written by cosign 3. */
export const PREDICATE_ANNOTATION = 'dev.sigstore.bundle.predicateType';
const MAX_BUNDLE_BYTES = 1024 * 1024;

/**
 * Looks for bundles among the referrers of a digest, one after the other: first those that the
 * store lists itself, then those under the fallback tag. What lists say of a manifest is not
 * believed: cosign behind a fallback tag lists bundles as `oci.empty.v1`, and foreign entries get
 * there too.
 */
export async function* findBundles(search: SignatureSearch): AsyncGenerator<StoredSignature, void> {
  const { subject, findings, maxBundles } = search;
  const seen = new Set<string>();
  for (const [source, list] of listsOf(search)) {
    const listed = (await findings.attempt(source, list)) ?? [];
    for (const descriptor of inReadingOrder(listed)) {
      const key = `${descriptor.digest} ${descriptor.size}`;
      if (seen.has(key)) continue;
      seen.add(key);
      if (seen.size > maxBundles) continue;
      const candidate = await findings.attempt(`referrer ${descriptor.digest}`, () =>
        readBundleCandidate(search, descriptor),
      );
      if (candidate) yield candidate;
    }
  }
  const unreadCount = seen.size - maxBundles;
  if (unreadCount > 0) findings.unread.push(`${unreadCount} more referrers of ${subject}`);
}

type List = () => Promise<readonly Descriptor[]>;

function listsOf({ store, subject, ...options }: SignatureSearch): readonly [string, List][] {
  const tag = referrersTagOf(subject);
  const own = { ...options, skipFallbackTag: true };
  return [
    [`referrers of ${subject}`, () => store.referrers(subject, undefined, own)],
    [tag, () => listFallback(store, tag, options)],
  ];
}

/** The fallback tag can hold an image (cosign copy makes such a tag): that lists nothing. */
async function listFallback(
  store: ReadableStore,
  tag: string,
  options: CallOptions,
): Promise<readonly Descriptor[]> {
  const descriptor = await resolveOptional(store, tag, options);
  if (!descriptor || !isIndexType(descriptor.mediaType)) return [];
  const { document } = await readManifest(store, descriptor, options);
  return document.kind === 'index' ? document.manifests : [];
}

/** Those first that are listed as signatures: a flood of others must not hide them. */
function inReadingOrder(listed: readonly Descriptor[]): readonly Descriptor[] {
  const manifests = listed.filter(({ mediaType }) => isManifestType(mediaType));
  const isListedSignature = ({ annotations }: Descriptor): boolean =>
    annotations?.[PREDICATE_ANNOTATION] === SIGN_PREDICATE_TYPE;
  return [
    ...manifests.filter(isListedSignature),
    ...manifests.filter((one) => !isListedSignature(one)),
  ];
}

/**
 * Reads a referrer; `undefined` when it is gone, or no bundle of this subject.
 * @throws KongcrateError SIGNATURE_MISMATCH, CONTENT_INVALID, and what the store throws
 */
export async function readBundleCandidate(
  { store, subject, ...options }: Pick<SignatureSearch, 'store' | 'subject' | keyof CallOptions>,
  descriptor: Descriptor,
): Promise<StoredSignature | undefined> {
  const manifest = await orNone(() => readManifest(store, descriptor, options));
  if (manifest?.document.kind !== 'manifest') return undefined;
  const { subject: signed, layers } = manifest.document;
  const [layer] = layers;
  const isBundle = layers.length === 1 && layer?.mediaType.startsWith(BUNDLE_PREFIX);
  if (signed?.digest !== subject || !layer || !isBundle) return undefined;
  const bundle = await readContent(store, layer, { ...options, limitBytes: MAX_BUNDLE_BYTES });
  return {
    format: 'bundle',
    source: `referrer ${descriptor.digest}`,
    descriptor,
    ...readBundle(bundle),
    evidence: {
      tags: {},
      referrers: [descriptor],
      blobs: new Map([
        [descriptor.digest, manifest.bytes],
        [layer.digest, bundle],
      ]),
    },
  };
}
