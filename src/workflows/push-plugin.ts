import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { Spooling } from '../content/spool.ts';
import type { CallOptions, ContentStore } from '../content/content-store.ts';
import { mapInParallel } from '../content/in-parallel.ts';
import { resolveOptional } from '../content/resolve-optional.ts';
import type { Descriptor } from '../content/descriptor.ts';
import type { Artifact } from '../plugin/artifact.ts';
import type { Finding } from '../plugin/finding.ts';
import type { Digest } from '../reference/digest.ts';
import { openStore, type OpenedReference, type OpenOptions } from './open-store.ts';
import { prepareArtifact, type PreparedArtifact, type PrepareOptions } from './prepare-artifact.ts';
import { withSpools } from './with-spools.ts';

export interface PushOptions extends OpenOptions, CallOptions, PrepareOptions {
  /** Moves a tag that points to other bytes. */
  readonly force?: boolean;
  /** Checks everything and sends nothing. */
  readonly dryRun?: boolean;
}

export interface PushedPlugin {
  readonly name: string;
  readonly version: string;
  /** Place and digest: the one line that `push` prints. */
  readonly reference: string;
  readonly digest: Digest;
  readonly tag?: string;
  readonly warnings: readonly Finding[];
}

/**
 * Pushes a plugin's directory or archive. Everything is checked before the first byte is sent,
 * and the tag is set last.
 * @throws KongcrateError TAG_EXISTS, USAGE, and what packing and the store refuse
 */
export function pushPlugin(
  source: string,
  reference: string,
  options: PushOptions = {},
): Promise<PushedPlugin> {
  return withSpools(undefined, options, (spooling) =>
    push(source, reference, { ...options, spooling }),
  );
}

async function push(
  source: string,
  reference: string,
  options: PushOptions & { readonly spooling: Spooling },
): Promise<PushedPlugin> {
  const target = await openStore(reference, options);
  const prepared = await prepareArtifact(source, options);
  const { manifest } = prepared.artifact;
  const isTagged = await checkTarget(target, manifest, options);
  if (options.dryRun !== true) {
    await pushContents(target.store, prepared.artifact, options);
    if (!isTagged) await setTag(target, manifest, options);
  }
  return describePush(target, prepared);
}

/**
 * Refuses a digest that is not the artifact's, and a tag that points to other bytes.
 * @returns whether the tag (without one, the digest) is there already; with `force` nothing is asked
 */
export async function checkTarget(
  target: Pick<OpenedReference, 'store' | 'tag' | 'digest'>,
  manifest: Descriptor,
  options: CallOptions & Pick<PushOptions, 'force'>,
): Promise<boolean> {
  if (target.digest !== undefined && target.digest !== manifest.digest)
    throw new KongcrateError('USAGE', `the artifact is ${manifest.digest}, not ${target.digest}`, {
      remedy: 'Leave the digest out of the reference; it is printed after the push.',
    });
  if (options.force === true) return false;
  const { tag = manifest.digest } = target;
  const existing = (await resolveOptional(target.store, tag, options))?.digest;
  if (existing === undefined || existing === manifest.digest) return existing !== undefined;
  throw new KongcrateError('TAG_EXISTS', `tag ${tag} points to ${existing}`, {
    remedy: 'Raise the version and push a new tag, or move this one with --force.',
    details: { tag, existing, offered: manifest.digest },
  });
}

/**
 * Pushes config and layer at once, then the manifest: a registry refuses a manifest without its blobs.
 * @returns whether the artifact is new to the store: a part of it was not there
 */
export async function pushContents(
  store: ContentStore,
  { contents }: Artifact,
  options: CallOptions,
): Promise<boolean> {
  const push = ({ descriptor, content }: Artifact['contents'][number]): Promise<boolean> =>
    store.push(descriptor, content, options);
  const areNew = await mapInParallel(contents.slice(0, -1), contents.length, push);
  // A registry answers a manifest that it has no differently.
  for (const manifest of contents.slice(-1)) await push(manifest);
  return areNew.includes(true);
}

/** Points the tag of a reference, if it has one, at the artifact. */
export async function setTag(
  { store, tag }: OpenedReference,
  manifest: Descriptor,
  options: CallOptions,
): Promise<void> {
  if (tag !== undefined) await store.tag(manifest, tag, options);
}

export function describePush(target: OpenedReference, prepared: PreparedArtifact): PushedPlugin {
  const { digest } = prepared.artifact.manifest;
  return {
    name: prepared.name,
    version: prepared.version,
    reference: target.format({ digest }),
    digest,
    ...(target.tag === undefined ? {} : { tag: target.tag }),
    warnings: prepared.warnings,
  };
}
