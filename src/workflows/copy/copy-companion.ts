import type {
  CallOptions,
  ContentStore,
  ReadableStore,
  StoreOptions,
} from '../../content/content-store.ts';
import type { Descriptor } from '../../content/descriptor.ts';
import type { ImageManifest } from '../../content/manifest.ts';
import {
  readContent,
  readManifest,
  type ReadManifest,
  type ReadOptions,
} from '../../content/read-content.ts';
import { resolveOptional } from '../../content/resolve-optional.ts';
import { KongcrateError } from '../../errors/kongcrate-error.ts';
import type { Digest } from '../../reference/digest.ts';
import type { Belonging } from './collect-belongings.ts';
import { mergeLayers, missingLayers, wholeOf, type MergedManifest } from './merge-layers.ts';

/** What became of something that was to be copied. */
export type CopyState = 'new' | 'there' | 'merged';

export interface CompanionOptions extends ReadOptions, Pick<StoreOptions, 'mountFrom'> {
  /** Replaces what cannot be merged. */
  readonly force?: boolean;
}

/** What cosign keeps under a tag. */
export type Companion = Belonging & { readonly tag: string };

type Signatures = ReadManifest<ImageManifest>;

const MAX_TRIES = 8;

/**
 * Copies what cosign keeps under a tag, such as signatures. What the target has under it stays: one
 * signature is one layer, and those that are missing are added. Others may write the tag at the same
 * time, so it is read again after the write, as when signing.
 * @throws KongcrateError TAG_EXISTS for an SBOM that differs, and where others kept writing;
 *   CONTENT_INVALID, CONTENT_TOO_LARGE
 */
export async function copyCompanion(
  companion: Companion,
  to: ContentStore,
  options: CompanionOptions,
): Promise<CopyState> {
  const { from, tag } = companion;
  const source = await readSignatures(from, companion, options);
  let state: CopyState = 'there';
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const descriptor = await resolveOptional(to, tag, options);
    const existing = descriptor && (await readSignatures(to, { tag, descriptor }, options));
    if (existing && missingLayers(existing, source).length === 0) return state;
    const isReplaced = companion.kind === 'sbom' && existing !== undefined;
    if (isReplaced && options.force !== true) throw differs(tag, existing, source);
    const next = isReplaced ? wholeOf(source) : mergeLayers(existing, source);
    state = next.config ? 'merged' : 'new';
    const replaces = existing?.descriptor.digest ?? 'nothing';
    await write({ ...next, tag, replaces }, { from, to }, options);
  }
  throw lost(tag);
}

/** Writes it all; whoever was faster is told by reading again. */
async function write(
  next: MergedManifest & { readonly tag: string; readonly replaces: Digest | 'nothing' },
  { from, to }: { readonly from: ReadableStore; readonly to: ContentStore },
  options: CompanionOptions,
): Promise<void> {
  for (const content of next.contents)
    if (!(await to.exists(content, options)))
      await to.push(content, await readContent(from, content, options), options);
  if (next.config) await to.push(next.config.descriptor, next.config.bytes, options);
  const { tag, replaces } = next;
  try {
    await to.push(next.descriptor, next.bytes, { ...options, tag, replaces });
  } catch (error) {
    if (!(error instanceof KongcrateError) || error.code !== 'TAG_EXISTS') throw error;
  }
}

async function readSignatures(
  store: ReadableStore,
  { tag, descriptor }: { readonly tag: string; readonly descriptor: Descriptor },
  options: CallOptions,
): Promise<Signatures> {
  const { bytes, document } = await readManifest(store, descriptor, options);
  if (document.kind === 'manifest') return { descriptor, bytes, document };
  throw new KongcrateError('CONTENT_INVALID', `the tag ${tag} holds an index`, {
    remedy: 'No program puts one there: delete that tag, then copy again.',
  });
}

function differs(tag: string, existing: Signatures, source: Signatures): KongcrateError {
  const [there, offered] = [existing.descriptor.digest, source.descriptor.digest];
  return new KongcrateError('TAG_EXISTS', `the SBOM under ${tag} is ${there}, not ${offered}`, {
    remedy: 'Nobody signed either: look at both, then replace that one with --force.',
    details: { tag, existing: there, offered },
  });
}

function lost(tag: string): KongcrateError {
  return new KongcrateError(
    'TAG_EXISTS',
    `${tag} was written by others at the same time, ${MAX_TRIES} times over`,
    { remedy: 'Copy again when they are done: it adds to what stands there.', details: { tag } },
  );
}
