import type { CallOptions, ReadableStore } from '../content/content-store.ts';
import type { Descriptor } from '../content/descriptor.ts';
import { readContent, readManifest } from '../content/read-content.ts';
import { referrersTagOf, type Digest } from '../reference/digest.ts';
import { BUNDLE_PREFIX, isIndexType, isManifestType } from '../reference/media-types.ts';
import { readBundle } from './bundle.ts';
import type { FoundSignatures, SignatureCandidate } from './signature-candidate.ts';
import { orNone, resolveOptional, SignatureFindings } from './signature-findings.ts';
import { SIGN_PREDICATE_TYPE } from './statement.ts';

/** What a listed bundle says of its content; written by cosign 3. */
export const PREDICATE_ANNOTATION = 'dev.sigstore.bundle.predicateType';
const MAX_BUNDLE_BYTES = 1024 * 1024;

interface BundleOptions extends CallOptions {
  readonly maxBundles: number;
}

/**
 * Looks for bundles among the referrers of a digest. What lists say of a manifest is not believed:
 * cosign behind a fallback tag lists bundles as `oci.empty.v1`, and foreign entries get there too.
 */
export async function collectBundles(
  store: ReadableStore,
  subject: Digest,
  { maxBundles, ...options }: BundleOptions,
): Promise<FoundSignatures> {
  const findings = new SignatureFindings(options);
  const tag = referrersTagOf(subject);
  const lists = await Promise.all([
    findings.attempt(`referrers of ${subject}`, () => store.referrers(subject, undefined, options)),
    findings.attempt(tag, () => listFallback(store, tag, options)),
  ]);
  const listed = inReadingOrder(lists.flatMap((list) => list ?? []));
  for (const descriptor of listed.slice(0, maxBundles)) {
    const source = `referrer ${descriptor.digest}`;
    await findings.attempt(source, async () => {
      const candidate = await readCandidate(store, subject, { ...options, descriptor, source });
      if (candidate) findings.candidates.push(candidate);
    });
  }
  const unreadCount = listed.length - maxBundles;
  if (unreadCount > 0) findings.unread.push(`${unreadCount} more referrers of ${subject}`);
  return findings;
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

function inReadingOrder(listed: readonly Descriptor[]): readonly Descriptor[] {
  const manifests = listed.filter(({ mediaType }) => isManifestType(mediaType));
  const isListedSignature = ({ annotations }: Descriptor): boolean =>
    annotations?.[PREDICATE_ANNOTATION] === SIGN_PREDICATE_TYPE;
  const ordered = [
    ...manifests.filter(isListedSignature),
    ...manifests.filter((one) => !isListedSignature(one)),
  ];
  return [...new Map(ordered.map((one) => [`${one.digest} ${one.size}`, one])).values()];
}

interface ListedReferrer extends CallOptions {
  readonly descriptor: Descriptor;
  readonly source: string;
}

async function readCandidate(
  store: ReadableStore,
  subject: Digest,
  { descriptor, source, ...options }: ListedReferrer,
): Promise<SignatureCandidate | undefined> {
  const manifest = await orNone(() => readManifest(store, descriptor, options));
  if (manifest?.document.kind !== 'manifest') return undefined;
  const { subject: signed, layers } = manifest.document;
  const [layer] = layers;
  const isBundle = layers.length === 1 && layer?.mediaType.startsWith(BUNDLE_PREFIX);
  if (signed?.digest !== subject || !layer || !isBundle) return undefined;
  const bundle = await readContent(store, layer, { ...options, limitBytes: MAX_BUNDLE_BYTES });
  return {
    format: 'bundle',
    source,
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
