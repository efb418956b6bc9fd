import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { SignerName } from '../content/signer-id.ts';
import type { Spooling } from '../content/spool.ts';
import { REPOSITORY_ANNOTATION } from '../reference/media-types.ts';
import { tagFits } from '../reference/version.ts';
import type { SigningParty } from '../signing/make-signature.ts';
import {
  prepareSignatures,
  type PreparedSignatures,
  type SignOptions,
} from '../signing/sign-subject.ts';
import type { Predicate } from '../signing/prepare-attestation.ts';
import { nameOfSigner } from '../signing/signer.ts';
import type { Artifact } from '../plugin/artifact.ts';
import { describePlugin, type Description } from './describe-plugin.ts';
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
import {
  prepareAttestations,
  writeAttestations,
  type PreparedAttestations,
  type WrittenAttestation,
} from './write-attestations.ts';
import { withSpools } from './with-spools.ts';

export interface PublishOptions extends PushOptions, LazyParty, FormatOptions {
  /** Signed annotations (`-a k=v`). */
  readonly signedAnnotations?: Readonly<Record<string, string>>;
  readonly createdAt?: Date;
  /** What is attested along. */
  readonly description?: Description;
}

export interface PublishedPlugin extends PushedPlugin {
  /** Who signed; nobody on a dry run. */
  readonly signer?: SignerName;
  readonly signatures: readonly WrittenSignature[];
  readonly attestations: readonly WrittenAttestation[];
}

/**
 * Checks everything, packs, pushes, signs, reads the signatures back and verifies them, and sets
 * the tag last: whoever sees the tag sees a signed artifact.
 * @throws KongcrateError USAGE, TAG_VERSION_MISMATCH, TAG_EXISTS, and what each step refuses
 */
export function publishPlugin(
  source: string,
  reference: string,
  options: PublishOptions,
): Promise<PublishedPlugin> {
  return withSpools(undefined, options, (spooling) =>
    publish(source, reference, { ...options, spooling }),
  );
}

async function publish(
  source: string,
  reference: string,
  options: PublishOptions & { readonly spooling: Spooling },
): Promise<PublishedPlugin> {
  const format = signatureFormatOf(options);
  const startedAt = new Date();
  const target = await openStore(reference, options);
  const prepared = await prepareArtifact(source, options);
  checkTagVersion(target, prepared);
  const { artifact } = prepared;
  const isTagged = await checkTarget(target, artifact.manifest, options);
  const { description, created } = options;
  const predicates = description
    ? await describePlugin(prepared, description, { startedAt, created })
    : [];
  if (options.dryRun === true)
    return { ...describePush(target, prepared), signatures: [], attestations: [] };
  const party = await openParty(options);
  const toSign = signingOf(target, { artifact, predicates }, { ...party, format });
  // What is asked of others, and may become public, comes before anything is pushed.
  const early = toSign.isWitnessed ? await toSign.prepare(false) : undefined;
  const isNew = await pushContents(target.store, artifact, options);
  const signed = await toSign.write(early ?? (await toSign.prepare(isNew)));
  if (!isTagged) await setTag(target, artifact.manifest, options);
  return { ...describePush(target, prepared), signer: nameOfSigner(party.signer), ...signed };
}

interface Prepared {
  readonly signatures: PreparedSignatures;
  readonly attestations: PreparedAttestations;
}

interface Signing {
  /** Whether anybody beside the store is asked. */
  readonly isWitnessed: boolean;
  /** @param isNew as far as the store told */
  prepare(isNew: boolean): Promise<Prepared>;
  write(prepared: Prepared): Promise<Pick<PublishedPlugin, 'signatures' | 'attestations'>>;
}

interface Described {
  readonly artifact: Artifact;
  readonly predicates: readonly Predicate[];
}

function signingOf(
  { store, signatures, repository }: OpenedReference,
  { artifact: { manifest }, predicates }: Described,
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
    prepare: async (isNew) => ({
      // What is new beside the artifact says nothing of another repository.
      signatures: await prepareSignatures(place, pinned, {
        ...signing,
        isNew: isNew && signatures === undefined,
      }),
      attestations: await prepareAttestations(
        place,
        { subject: pinned, predicates },
        { ...signing, isSigned: true },
      ),
    }),
    write: async (prepared) => {
      const written = await writeAndReadBack(place, pinned, {
        ...signing,
        prepared: prepared.signatures,
      });
      const { attestations } = await writeAttestations(place, prepared.attestations, signing);
      return { signatures: written, attestations };
    },
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
