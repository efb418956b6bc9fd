import { readFallbackTag } from '../content/read-fallback-tag.ts';
import type { ListedReferrer } from '../content/referrers-list.ts';
import { referrersTagOf, type Digest } from '../reference/digest.ts';
import { sourceIn, type SignatureSearch } from './signature-findings.ts';
import { SIGN_PREDICATE_TYPE } from './statement.ts';

/** What a listed bundle says of its content; written by cosign 3. */
export const PREDICATE_ANNOTATION = 'dev.sigstore.bundle.predicateType';
/** The manifests of OCI 1.1's drafts and of ORAS: no signature was ever kept in one. */
const ARTIFACT_MANIFEST = 'artifact.manifest.v1+json';

/**
 * Lists the referrers of a subject, each once: first those that the store lists itself, then those
 * under the fallback tag. Only digests come back: what lists say of a manifest is not believed, since
 * cosign 3 lists bundles behind a fallback tag as `oci.empty.v1`, and others leave types or sizes out.
 */
export async function* listReferrers(search: SignatureSearch): AsyncGenerator<Digest, void> {
  const { store, subject, findings, attestation = SIGN_PREDICATE_TYPE, ...options } = search;
  const own = { ...options, skipFallbackTag: true };
  const tag = referrersTagOf(subject);
  const listed = await findings.attempt(sourceIn(search, `referrers of ${subject}`), () =>
    store.referrers(subject, undefined, own),
  );
  yield* inReadingOrder(listed ?? [], attestation);
  const source = sourceIn(search, tag);
  const fallback = await findings.attempt(source, () => readFallbackTag(store, subject, options));
  if (fallback?.damage) findings.problems.push({ source, error: fallback.damage });
  yield* inReadingOrder(fallback?.listed ?? [], attestation);
}

/** Those first that are listed as what is looked for: a flood of others must not hide them. */
function inReadingOrder(
  listed: readonly ListedReferrer[],
  predicateType: string,
): readonly Digest[] {
  const manifests = listed.filter(({ mediaType }) => !mediaType?.endsWith(ARTIFACT_MANIFEST));
  const isWanted = ({ annotations }: ListedReferrer): boolean =>
    annotations?.[PREDICATE_ANNOTATION] === predicateType;
  const wanted = manifests.filter(isWanted);
  const others = manifests.filter((one) => !isWanted(one));
  return [...wanted, ...others].map(({ digest }) => digest);
}
