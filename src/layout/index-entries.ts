import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { Descriptor } from '../content/descriptor.ts';
import { parseReference } from '../reference/reference.ts';
import { isAccompanyingTag, referrersTagOf } from '../reference/digest.ts';
import { REF_NAME_ANNOTATION } from '../reference/media-types.ts';

/** cosign save marks its entries with `kind` instead of names. */
const KIND_ANNOTATION = 'kind';
const COSIGN_KIND = 'dev.cosignproject.cosign/';
const COSIGN_IMAGES = new Set([`${COSIGN_KIND}image`, `${COSIGN_KIND}imageIndex`]);
const COSIGN_COMPANIONS = new Set([`${COSIGN_KIND}sigs`, `${COSIGN_KIND}atts`]);
/** buildx marks its attestations within an index. */
const DOCKER_REFERENCE_ANNOTATION = 'vnd.docker.reference.type';

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
  const image = entries.find((entry) => COSIGN_IMAGES.has(kindOf(entry) ?? ''));
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
 * A signature or attestation that cosign or buildx keeps beside an image, or the fallback index of
 * referrers (OCI distribution spec, "referrers tag schema").
 */
export function isCompanion(entry: Descriptor): boolean {
  return (
    entry.annotations?.[DOCKER_REFERENCE_ANNOTATION] !== undefined ||
    COSIGN_COMPANIONS.has(kindOf(entry) ?? '') ||
    isAccompanyingTag(tagOf(entry) ?? '')
  );
}

function kindOf(entry: Descriptor): string | undefined {
  return entry.annotations?.[KIND_ANNOTATION];
}
