import { copyGraph } from '../../content/copy-graph.ts';
import type { ContentStore, ReadableStore } from '../../content/content-store.ts';
import type { Descriptor } from '../../content/descriptor.ts';
import type { Digest } from '../../reference/digest.ts';
import type { PinnedArtifact } from '../open-store.ts';
import { checkTarget } from '../push-plugin.ts';
import { collectBelongings, type Belonging } from './collect-belongings.ts';
import { copyCompanion, type CompanionOptions, type CopyState } from './copy-companion.ts';

/** One manifest that was copied with all that it names. */
export interface CopiedContent {
  readonly kind: 'artifact' | Belonging['kind'];
  /** At the source; what was merged has another at the target. */
  readonly digest: Digest;
  readonly mediaType: string;
  /** The tag that it has beside an artifact. */
  readonly tag?: string;
  readonly state: CopyState;
}

export interface CopyTarget {
  readonly store: ContentStore;
  /** The artifact's tag there. */
  readonly tag?: string | undefined;
}

/**
 * Copies an artifact with all that belongs to it, and sets its tag last: nobody finds half of it
 * under a tag. What is there is not sent again, so a copy that was stopped is taken up again.
 * @throws KongcrateError TAG_EXISTS; as {@link collectBelongings}, {@link copyCompanion} and the
 *   stores do
 */
export async function copyArtifact(
  { store, signatures, pinned: { descriptor } }: PinnedArtifact,
  target: CopyTarget,
  options: CompanionOptions,
): Promise<readonly CopiedContent[]> {
  const belongings = await collectBelongings(
    descriptor,
    signatures ? [store, signatures.store] : [store],
    options,
  );
  const copied = [
    await copyManifest({ kind: 'artifact', descriptor, from: store }, target, options),
  ];
  for (const one of belongings) copied.push(await copyBelonging(one, target, options));
  await setTag(descriptor, target, options);
  return copied;
}

/** A copy takes its time, in which somebody else may have set the tag. */
async function setTag(
  descriptor: Descriptor,
  { store, tag }: CopyTarget,
  options: CompanionOptions,
): Promise<void> {
  if (tag === undefined || (await checkTarget({ store, tag }, descriptor, options))) return;
  await store.tag(descriptor, tag, options);
}

async function copyBelonging(
  belonging: Belonging,
  target: CopyTarget,
  options: CompanionOptions,
): Promise<CopiedContent> {
  const { kind, descriptor, tag } = belonging;
  if (tag === undefined) return copyManifest(belonging, target, options);
  const state = await copyCompanion({ ...belonging, tag }, target.store, options);
  return { kind, digest: descriptor.digest, mediaType: descriptor.mediaType, tag, state };
}

interface Copying {
  readonly kind: CopiedContent['kind'];
  readonly descriptor: Descriptor;
  readonly from: ReadableStore;
}

/** What is there is looked through all the same: a part of it may be missing. */
async function copyManifest(
  { kind, descriptor, from }: Copying,
  { store: to }: CopyTarget,
  options: CompanionOptions,
): Promise<CopiedContent> {
  const state = (await to.exists(descriptor, options)) ? 'there' : 'new';
  await copyGraph(descriptor, { from, to }, options);
  const { digest, mediaType } = descriptor;
  return { kind, digest, mediaType, state };
}
