import type { CallOptions } from '../content/content-store.ts';
import type { PinnedReference } from '../content/verified-subject.ts';
import type { Predicate } from '../signing/prepare-attestation.ts';
import { openParty, type LazyParty } from './open-party.ts';
import { openPinned, openStore, type OpenOptions } from './open-store.ts';
import type { WrittenSignature } from './sign-and-read-back.ts';
import type { SignOptions } from './sign-artifact.ts';
import {
  prepareAttestations,
  writeAttestations,
  type WrittenAttestation,
} from './write-attestations.ts';

export interface AttestArtifactOptions
  extends LazyParty, OpenOptions, CallOptions, Pick<SignOptions, 'format' | 'createdAt'> {}

export interface AttestedArtifact {
  readonly reference: string;
  readonly subject: PinnedReference;
  /** Signatures that had to be written too, so that cosign 3 goes on finding them. */
  readonly signatures: readonly WrittenSignature[];
  readonly attestation: WrittenAttestation;
}

/**
 * Signs what is said of an artifact and keeps it beside it, in the formats of cosign 2 and 3, or in
 * the repository of `signatureRepository`.
 * @param predicate of `readPredicate`
 * @throws KongcrateError NOT_FOUND, SIGNATURES_HIDDEN, SIGNATURE_MISMATCH, and what the store refuses
 */
export async function attestArtifact(
  reference: string,
  predicate: Predicate,
  options: AttestArtifactOptions,
): Promise<AttestedArtifact> {
  const opened = await openPinned(reference, options, openStore);
  const { store } = opened.signatures ?? opened;
  const { pinned: subject, repository } = opened;
  const attesting = {
    ...(await openParty(options)),
    format: options.format ?? 'both',
    repository,
    createdAt: options.createdAt ?? new Date(),
    isSigned: false,
  } as const;
  const prepared = await prepareAttestations(
    store,
    { subject, predicates: [predicate] },
    attesting,
  );
  const { signatures, attestations } = await writeAttestations(store, prepared, attesting);
  const [attestation = { predicateType: predicate.predicateType, written: [] }] = attestations;
  const { digest } = subject.descriptor;
  return { reference: opened.format({ digest }), subject, signatures, attestation };
}
