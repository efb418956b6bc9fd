import type { CallOptions, ReadableStore } from '../../content/content-store.ts';
import type { Descriptor } from '../../content/descriptor.ts';
import { resolveOptional } from '../../content/resolve-optional.ts';
import { isAccompanyingTag, type Digest } from '../../reference/digest.ts';

/** An artifact with all tags that point to it. */
export interface TaggedArtifact {
  readonly descriptor: Descriptor;
  readonly tags: readonly string[];
}

/** Lists what is tagged in a repository, each digest once; signatures have tags too and are none. */
export async function listTagged(
  store: ReadableStore,
  options: CallOptions,
): Promise<readonly TaggedArtifact[]> {
  const found = new Map<Digest, { readonly descriptor: Descriptor; readonly tags: string[] }>();
  for (const tag of await store.tags(options)) {
    if (isAccompanyingTag(tag)) continue;
    // Somebody may have deleted it since.
    const descriptor = await resolveOptional(store, tag, options);
    if (!descriptor) continue;
    const known = found.get(descriptor.digest);
    if (known) known.tags.push(tag);
    else found.set(descriptor.digest, { descriptor, tags: [tag] });
  }
  return [...found.values()];
}
