import { KongcrateError } from '../errors/kongcrate-error.ts';
import { REPOSITORY_ANNOTATION } from '../reference/media-types.ts';
import { tagFits } from '../reference/version.ts';
import type { SigningParty } from '../signing/make-signature.ts';
import {
  prepareSignatures,
  type PreparedSignatures,
  type SignOptions,
} from '../signing/sign-subject.ts';
import type { Artifact } from '../plugin/artifact.ts';
import { openParty, type LazyParty } from './open-party.ts';
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
import { writeAndReadBack, type WrittenSignature } from './sign-and-read-back.ts';
import { signatureFormatOf, type FormatOptions } from './signature-format-of.ts';

export interface PublishOptions extends PushOptions, LazyParty, FormatOptions {
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
 * @throws KongcrateError USAGE, TAG_VERSION_MISMATCH, TAG_EXISTS, and what each step refuses
 */
export async function publishPlugin(
  source: string,
  reference: string,
  options: PublishOptions,
): Promise<PublishedPlugin> {
  const format = signatureFormatOf(options);
  const target = await openStore(reference, options);
  const prepared = await prepareArtifact(source, options);
  checkTagVersion(target, prepared);
  const { artifact } = prepared;
  const isTagged = await checkTarget(target, artifact.manifest, options);
  if (options.dryRun === true) return { ...describePush(target, prepared), signatures: [] };
  const toSign = signingOf(target, artifact, { ...(await openParty(options)), format });
  // What is asked of others, and may become public, comes before anything is pushed.
  const early = toSign.isWitnessed ? await toSign.prepare(false) : undefined;
  const isNew = await pushContents(target.store, artifact, options);
  const signatures = await toSign.write(early ?? (await toSign.prepare(isNew)));
  if (!isTagged) await setTag(target, artifact.manifest, options);
  return { ...describePush(target, prepared), signatures };
}

interface Signing {
  /** Whether anybody beside the store is asked. */
  readonly isWitnessed: boolean;
  /** @param isNew as far as the store told */
  prepare(isNew: boolean): Promise<PreparedSignatures>;
  write(prepared: PreparedSignatures): Promise<readonly WrittenSignature[]>;
}

function signingOf(
  { store, signatures, repository }: OpenedReference,
  { manifest }: Artifact,
  options: PublishOptions & SigningParty & Pick<SignOptions, 'format'>,
): Signing {
  const pinned = { repository, descriptor: manifest };
  const place = signatures?.store ?? store;
  const signing = {
    ...options,
    annotations: options.signedAnnotations ?? {},
    bundleAnnotations: { [REPOSITORY_ANNOTATION]: repository },
    repository,
    createdAt: options.createdAt ?? new Date(),
  };
  return {
    isWitnessed: (options.witnesses ?? []).length > 0,
    prepare: (isNew) =>
      // What is new beside the artifact says nothing of another repository.
      prepareSignatures(place, pinned, { ...signing, isNew: isNew && signatures === undefined }),
    write: (prepared) => writeAndReadBack(place, pinned, { ...signing, prepared }),
  };
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
