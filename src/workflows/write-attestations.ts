import type { CallOptions, ContentStore } from '../content/content-store.ts';
import { readContent } from '../content/read-content.ts';
import type { PinnedReference } from '../content/verified-subject.ts';
import { keepVisible, type KeptSignature } from '../signing/keep-visible.ts';
import {
  attestationRequest,
  prepareAttestation,
  type AttestationRequest,
  type AttestOptions,
  type Predicate,
} from '../signing/prepare-attestation.ts';
import { readBackBundle } from '../signing/read-back.ts';
import {
  writeSignatures,
  type PreparedSignatures,
  type SignedArtifact,
} from '../signing/sign-subject.ts';
import { toWritten, writeAndReadBack, type WrittenSignature } from './sign-and-read-back.ts';

/** Attestations that are there already, or are signed and ready to be written. */
export interface PreparedAttestations {
  readonly subject: PinnedReference;
  /** Signatures in bundles, where the first bundle would hide those under the `.sig` tag. */
  readonly signatures: readonly KeptSignature[];
  readonly attestations: readonly PreparedAttestation[];
}

interface PreparedAttestation {
  readonly request: AttestationRequest;
  readonly prepared: PreparedSignatures;
}

export interface WrittenAttestation {
  readonly predicateType: string;
  readonly written: readonly WrittenSignature[];
}

/**
 * Signs all of them; nothing is written.
 * @throws KongcrateError SIGNATURES_HIDDEN, SIGNATURE_MISMATCH, CERTIFICATE_MISMATCH, and what
 *   witnesses and store refuse
 */
export async function prepareAttestations(
  store: ContentStore,
  {
    subject,
    predicates,
  }: { readonly subject: PinnedReference; readonly predicates: readonly Predicate[] },
  options: AttestOptions & { readonly isSigned: boolean },
): Promise<PreparedAttestations> {
  const attestations = [];
  const signatures =
    options.format === 'legacy' || options.isSigned
      ? []
      : await keepVisible(store, subject, options);
  for (const predicate of predicates) {
    const request = attestationRequest(subject, predicate, options);
    attestations.push({ request, prepared: await prepareAttestation(store, request, options) });
  }
  return { subject, signatures, attestations };
}

/**
 * Writes what was prepared, the signatures first, reads it back and verifies it.
 * @throws KongcrateError SIGNATURE_MISMATCH, TAG_EXISTS, and what the store refuses
 */
export async function writeAttestations(
  store: ContentStore,
  { subject, signatures, attestations }: PreparedAttestations,
  options: AttestOptions,
): Promise<{
  readonly signatures: readonly WrittenSignature[];
  readonly attestations: readonly WrittenAttestation[];
}> {
  const signed: WrittenSignature[] = [];
  for (const { bundle, annotations } of signatures)
    signed.push(
      ...(await writeAndReadBack(store, subject, {
        ...options,
        annotations,
        prepared: { bundle },
      })),
    );
  const done: WrittenAttestation[] = [];
  for (const one of attestations) {
    const written = await writeSignatures(store, one.prepared, options);
    await readBackAttestation(store, one, { ...options, written });
    const { predicateType } = one.request.own;
    done.push({ predicateType, written: written.map(toWritten) });
  }
  return { signatures: signed, attestations: done };
}

/** The layer was seen under its tag: it is the one that was verified if its bytes are there. */
async function readBackAttestation(
  store: ContentStore,
  { request: { own }, prepared: { legacy } }: PreparedAttestation,
  { written, ...options }: CallOptions & { readonly written: readonly SignedArtifact[] },
): Promise<void> {
  const bundle = written.find(({ format, state }) => format === 'bundle' && state === 'added');
  if (bundle) await readBackBundle(store, own, { ...options, signed: bundle });
  if (legacy && 'layer' in legacy)
    await readContent(store, legacy.layer, { ...options, limitBytes: legacy.layer.size });
}
