import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { Descriptor } from '../content/descriptor.ts';
import { parseReference } from '../reference/reference.ts';
import { referrersTagOf } from '../reference/digest.ts';
import { REF_NAME_ANNOTATION } from '../reference/media-types.ts';

/** cosign save marks its entries with `kind` instead of names. */
const KIND_ANNOTATION = 'kind';
const COSIGN_KIND = 'dev.cosignproject.cosign/';

/** The tag of an index.json entry: oras writes the tag, crane and skopeo may write the whole reference. */
export function tagOf(entry: Descriptor): string | undefined {
  const name = entry.annotations?.[REF_NAME_ANNOTATION];
  if (name === undefined || !/[/:]/.test(name)) return name;
  try {
    return parseReference(name).tag;
  } catch {
    return name;
  }
}

/**
 * Finds the entry a tag stands for. A layout by `cosign save` names nothing: there the signature
 * tag of its image is the entry of kind `sigs`.
 * @throws KongcrateError CONTENT_INVALID when two repositories' references share the tag
 */
export function findTag(entries: readonly Descriptor[], tag: string): Descriptor | undefined {
  const exact = entries.find((entry) => entry.annotations?.[REF_NAME_ANNOTATION] === tag);
  if (exact) return exact;
  const found = entries.filter((entry) => tagOf(entry) === tag);
  if (new Set(found.map((entry) => entry.digest)).size > 1)
    throw new KongcrateError(
      'CONTENT_INVALID',
      `several artifacts of this layout have the tag ${tag}`,
      {
        remedy: 'Name one by its digest.',
        details: { candidates: found.map((entry) => entry.digest) },
      },
    );
  return found[0] ?? findCosignSave(entries, tag);
}

function findCosignSave(entries: readonly Descriptor[], tag: string): Descriptor | undefined {
  const image = entries.find((entry) => kindOf(entry) === `${COSIGN_KIND}image`);
  if (!image) return undefined;
  const base = referrersTagOf(image.digest);
  const kinds: Readonly<Record<string, string>> = {
    [`${base}.sig`]: 'sigs',
    [`${base}.att`]: 'atts',
  };
  const kind = kinds[tag];
  if (kind === undefined) return undefined;
  return entries.find((entry) => kindOf(entry) === `${COSIGN_KIND}${kind}`);
}

/**
 * What a layout reference without tag and digest means: `latest`, else the only artifact.
 * Signatures, attestations and referrers do not count as artifacts.
 */
export function findDefault(
  entries: readonly Descriptor[],
  isReferrer: (entry: Descriptor) => boolean,
): Descriptor | undefined {
  const latest = findTag(entries, 'latest');
  if (latest) return latest;
  const artifacts = entries.filter((entry) => !isCompanion(entry) && !isReferrer(entry));
  const digests = new Set(artifacts.map((entry) => entry.digest));
  if (digests.size <= 1) return artifacts[0];
  throw new KongcrateError('REFERENCE_INVALID', 'this layout holds several artifacts', {
    remedy: `Name one by tag or digest: ${artifacts.map((entry) => tagOf(entry) ?? entry.digest).join(', ')}`,
    details: { candidates: artifacts.map((entry) => tagOf(entry) ?? entry.digest) },
  });
}

/** A signature or attestation that cosign keeps beside an image, or a referrers fallback index. */
export function isCompanion(entry: Descriptor): boolean {
  const kind = kindOf(entry);
  if (kind?.startsWith(COSIGN_KIND) === true) return kind !== `${COSIGN_KIND}image`;
  return /^sha256-[0-9a-f]{64}(\.[a-z]+)?$/.test(tagOf(entry) ?? '');
}

function kindOf(entry: Descriptor): string | undefined {
  return entry.annotations?.[KIND_ANNOTATION];
}
