import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { CallOptions, ContentStore } from '../content/content-store.ts';
import type { Descriptor } from '../content/descriptor.ts';
import type { Artifact } from '../plugin/artifact.ts';
import type { Finding } from '../plugin/finding.ts';
import type { Digest } from '../reference/digest.ts';
import { openStore, type OpenedReference, type OpenOptions } from './open-store.ts';
import { prepareArtifact, type PreparedArtifact, type PrepareOptions } from './prepare-artifact.ts';

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
export async function pushPlugin(
  source: string,
  reference: string,
  options: PushOptions = {},
): Promise<PushedPlugin> {
  const target = await openStore(reference, options);
  const prepared = await prepareArtifact(source, options);
  const { manifest } = prepared.artifact;
  await checkTarget(target, manifest, options);
  if (options.dryRun !== true) {
    await pushContents(target.store, prepared.artifact, options);
    if (target.tag !== undefined) await target.store.tag(manifest, target.tag, options);
  }
  return describePush(target, prepared);
}

/** Refuses a digest that is not the artifact's, and a tag that points to other bytes. */
export async function checkTarget(
  target: OpenedReference,
  manifest: Descriptor,
  options: PushOptions,
): Promise<void> {
  if (target.digest !== undefined && target.digest !== manifest.digest)
    throw new KongcrateError('USAGE', `the artifact is ${manifest.digest}, not ${target.digest}`, {
      remedy: 'Leave the digest out of the reference; it is printed after the push.',
    });
  if (target.tag === undefined || options.force === true) return;
  const existing = await findTag(target.store, target.tag, options);
  if (existing !== undefined && existing !== manifest.digest)
    throw new KongcrateError('TAG_EXISTS', `tag ${target.tag} points to ${existing}`, {
      remedy: 'Raise the version and push a new tag, or move this one with --force.',
      details: { tag: target.tag, existing, offered: manifest.digest },
    });
}

/** Pushes config, layer and manifest, in that order: a registry refuses a manifest without its blobs. */
export async function pushContents(
  store: ContentStore,
  artifact: Artifact,
  options: CallOptions,
): Promise<void> {
  for (const { descriptor, bytes } of artifact.contents)
    await store.push(descriptor, bytes, options);
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

async function findTag(
  store: ContentStore,
  tag: string,
  options: CallOptions,
): Promise<Digest | undefined> {
  try {
    return (await store.resolve(tag, options)).digest;
  } catch (error) {
    if (error instanceof KongcrateError && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}
