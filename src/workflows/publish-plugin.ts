import { KongcrateError } from '../errors/kongcrate-error.ts';
import { REPOSITORY_ANNOTATION } from '../reference/media-types.ts';
import { tagFits } from '../reference/version.ts';
import type { Artifact } from '../plugin/artifact.ts';
import { openStore, type OpenedReference } from './open-store.ts';
import { prepareArtifact, type PreparedArtifact } from './prepare-artifact.ts';
import {
  checkTarget,
  describePush,
  pushContents,
  setTag,
  type PushedPlugin,
  type PushOptions,
} from './push-plugin.ts';
import { signAndReadBack, type WrittenSignature } from './sign-and-read-back.ts';
import type { SignOptions } from './sign-artifact.ts';

export interface PublishOptions extends PushOptions {
  readonly signer: SignOptions['signer'];
  readonly format?: SignOptions['format'];
  /** Signed annotations (`-a k=v`). */
  readonly signedAnnotations?: Readonly<Record<string, string>>;
  readonly createdAt?: Date;
}

export interface PublishedPlugin extends PushedPlugin {
  readonly signatures: readonly WrittenSignature[];
}

/**
 * Checks everything, packs, pushes, signs, reads the signatures back and verifies them, and sets
 * the tag last: whoever sees the tag sees a signed artifact.
 * @throws KongcrateError TAG_VERSION_MISMATCH, TAG_EXISTS, and what each step refuses
 */
export async function publishPlugin(
  source: string,
  reference: string,
  options: PublishOptions,
): Promise<PublishedPlugin> {
  const target = await openStore(reference, options);
  const prepared = await prepareArtifact(source, options);
  checkTagVersion(target, prepared);
  const { artifact } = prepared;
  const isTagged = await checkTarget(target, artifact.manifest, options);
  if (options.dryRun === true) return { ...describePush(target, prepared), signatures: [] };
  const isNew = await pushContents(target.store, artifact, options);
  const signatures = await sign(target, artifact, { ...options, isNew });
  if (!isTagged) await setTag(target, artifact.manifest, options);
  return { ...describePush(target, prepared), signatures };
}

function sign(
  { store, signatures, repository }: OpenedReference,
  { manifest }: Artifact,
  options: PublishOptions & { readonly isNew: boolean },
): Promise<readonly WrittenSignature[]> {
  const pinned = { repository, descriptor: manifest };
  return signAndReadBack(signatures?.store ?? store, pinned, {
    ...options,
    // What is new beside the artifact says nothing of another repository.
    isNew: options.isNew && signatures === undefined,
    format: options.format ?? 'both',
    annotations: options.signedAnnotations ?? {},
    bundleAnnotations: { [REPOSITORY_ANNOTATION]: repository },
    repository,
    createdAt: options.createdAt ?? new Date(),
  });
}

function checkTagVersion(target: OpenedReference, prepared: PreparedArtifact): void {
  if (tagFits(target.tag, prepared.version)) return;
  throw new KongcrateError(
    'TAG_VERSION_MISMATCH',
    `tag ${target.tag ?? ''} promises another version than the plugin's ${prepared.version}`,
    {
      remedy: `Use the tag ${prepared.version.replaceAll('+', '_')}, or set the version in rockspec and handler.lua (without any: --version).`,
    },
  );
}
