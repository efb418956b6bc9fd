import type { Artifact } from '../plugin/artifact.ts';
import { REPOSITORY_ANNOTATION } from '../reference/media-types.ts';
import type { CallOptions } from '../content/content-store.ts';
import type { SignerName } from '../content/signer-id.ts';
import type { SigningParty } from '../signing/make-signature.ts';
import type { Predicate } from '../signing/prepare-attestation.ts';
import {
  prepareSignatures,
  type PreparedSignatures,
  type SignOptions,
} from '../signing/sign-subject.ts';
import { nameOfSigner } from '../signing/signer.ts';
import { openParty, type LazyParty } from './open-party.ts';
import type { OpenedReference } from './open-store.ts';
import { pushContents, setTag } from './push-plugin.ts';
import { writeAndReadBack, type WrittenSignature } from './sign-and-read-back.ts';
import {
  prepareAttestations,
  writeAttestations,
  type PreparedAttestations,
  type WrittenAttestation,
} from './write-attestations.ts';

export interface PublishSignOptions extends CallOptions, LazyParty {
  /** Signed annotations (`-a k=v`). */
  readonly signedAnnotations?: Readonly<Record<string, string>>;
  readonly createdAt?: Date;
}

export interface PublishedSignatures {
  /** Who signed; nobody on a dry run. */
  readonly signer?: SignerName;
  readonly signatures: readonly WrittenSignature[];
  readonly attestations: readonly WrittenAttestation[];
}

interface Described {
  readonly artifact: Artifact;
  readonly predicates: readonly Predicate[];
  /** Whether the tag points to it already. */
  readonly isTagged: boolean;
}

/**
 * Pushes what was checked, signs it, reads the signatures back and verifies them, and sets the tag
 * last: whoever sees the tag sees a signed artifact.
 * @throws KongcrateError as the signer, the store and the verifier do
 */
export async function publishArtifact(
  target: OpenedReference,
  { artifact, predicates, isTagged }: Described,
  options: PublishSignOptions & Pick<SignOptions, 'format'>,
): Promise<PublishedSignatures> {
  const party = await openParty(options);
  const toSign = signingOf(target, { artifact, predicates }, party);
  // What is asked of others, and may become public, comes before anything is pushed.
  const early = toSign.isWitnessed ? await toSign.prepare(false) : undefined;
  const isNew = await pushContents(target.store, artifact, options);
  const signed = await toSign.write(early ?? (await toSign.prepare(isNew)));
  if (!isTagged) await setTag(target, artifact.manifest, options);
  return { ...signed, signer: nameOfSigner(party.signer) };
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
  write(prepared: Prepared): Promise<PublishedSignatures>;
}

function signingOf(
  { store, signatures, repository }: OpenedReference,
  { artifact: { manifest }, predicates }: Omit<Described, 'isTagged'>,
  options: PublishSignOptions & SigningParty & Pick<SignOptions, 'format'>,
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
