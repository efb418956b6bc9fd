import type { CallOptions, ContentStore } from '../content/content-store.ts';
import type { Descriptor } from '../content/descriptor.ts';
import { inParallel } from '../content/in-parallel.ts';
import type { ImageManifest } from '../content/manifest.ts';
import type { ReadManifest } from '../content/read-content.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { SIGNATURE_ANNOTATION } from '../reference/media-types.ts';
import { appendLayers } from './append-layers.ts';
import { MAX_SIGNATURE_LAYERS, readSignatureManifest } from './read-signature-manifest.ts';
import type { SignedArtifact } from './sign-subject.ts';

const MAX_TRIES = 8;

/** A layer to be added to what a `.sig` or `.att` tag holds. */
export interface NewLayer {
  readonly tag: string;
  /** What the tag held: nothing where nobody had signed before. */
  readonly existing: ReadManifest<ImageManifest> | undefined;
  /** Whether others may have written there since: witnesses were asked, or it is one of several. */
  readonly mayBeStale: boolean;
  readonly layer: Descriptor;
  readonly payload: Buffer;
  /** Whether a manifest that is made anew has Docker's media types. */
  readonly dockerMediaTypes: boolean;
}

/** A layer that is there, or one to be added. */
export type PreparedLegacy = { readonly present: Descriptor } | NewLayer;

/**
 * Adds a layer to the manifest under its tag, or makes it: cosign specs/SIGNATURE_SPEC.md.
 * Several may do so at once, and hardly a registry heeds `If-Match`: the tag is read again after
 * the write, and the layer is added again to what stands there until it is seen there.
 * @throws KongcrateError TAG_EXISTS when it was lost to another signer each time
 */
export async function writeLegacy(
  store: ContentStore,
  prepared: PreparedLegacy,
  options: CallOptions,
): Promise<SignedArtifact> {
  if ('present' in prepared)
    return { format: 'legacy', state: 'present', descriptor: prepared.present };
  const { tag, layer, mayBeStale } = prepared;
  let existing = mayBeStale ? await readSignatureManifest(store, tag, options) : prepared.existing;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    refuseFull({ tag, existing });
    await append(store, { ...prepared, existing }, options);
    existing = await readSignatureManifest(store, tag, options);
    if (existing && holds(existing.document, layer))
      return { format: 'legacy', state: 'added', descriptor: existing.descriptor };
  }
  throw lost(tag);
}

/**
 * Refuses to add what no verifier would read.
 * @throws KongcrateError CONTENT_TOO_LARGE
 */
export function refuseFull({ tag, existing }: Pick<NewLayer, 'tag' | 'existing'>): void {
  const count = existing?.document.layers.length ?? 0;
  if (count < MAX_SIGNATURE_LAYERS) return;
  throw new KongcrateError('CONTENT_TOO_LARGE', `${tag} has ${count} signatures already`, {
    remedy: 'No verifier reads more: delete that tag, or sign with --signature-format bundle.',
  });
}

/** What was written just now has to be there as it is: what it is worth, reading back shows. */
function holds({ layers }: ImageManifest, written: Descriptor): boolean {
  return layers.some(
    ({ digest, annotations }) =>
      digest === written.digest &&
      annotations?.[SIGNATURE_ANNOTATION] === written.annotations?.[SIGNATURE_ANNOTATION],
  );
}

/** Writes the manifest with one more layer. Whoever was faster is told by reading again. */
async function append(
  store: ContentStore,
  { existing, layer, payload, tag, dockerMediaTypes }: NewLayer,
  options: CallOptions,
): Promise<void> {
  const { config, manifest } = appendLayers(existing, [layer], dockerMediaTypes);
  const blobs = [{ descriptor: layer, bytes: payload }, config];
  await inParallel(blobs, blobs.length, ({ descriptor, bytes }) =>
    store.push(descriptor, bytes, options),
  );
  try {
    const replaces = existing?.descriptor.digest ?? 'nothing';
    await store.push(manifest.descriptor, manifest.bytes, { ...options, tag, replaces });
  } catch (error) {
    if (!(error instanceof KongcrateError) || error.code !== 'TAG_EXISTS') throw error;
  }
}

function lost(tag: string): KongcrateError {
  return new KongcrateError(
    'TAG_EXISTS',
    `${tag} was written by others at the same time, ${MAX_TRIES} times over`,
    { remedy: 'Sign again when they are done: it adds to what stands there.', details: { tag } },
  );
}
