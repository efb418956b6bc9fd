import type { CallOptions, ContentStore } from '../content/content-store.ts';
import { readContent } from '../content/read-content.ts';
import type { PinnedReference } from '../content/verified-subject.ts';
import { keepVisible } from '../signing/keep-visible.ts';
import {
  attestationRequest,
  prepareAttestation,
  type AttestationRequest,
  type AttestOptions,
  type Predicate,
} from '../signing/prepare-attestation.ts';
import { readBack, readBackBundle } from '../signing/read-back.ts';
import {
  writeSignatures,
  type PreparedSignatures,
  type SignedArtifact,
} from '../signing/sign-subject.ts';
import { toWritten, type WrittenSignature } from './sign-and-read-back.ts';

/** Attestations that are there already, or are signed and ready to be written. */
export interface PreparedAttestations {
  /** A signature in a bundle, where the first bundle would hide those under the `.sig` tag. */
  readonly signature?: PreparedSignatures;
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
  const bundle =
    options.format === 'legacy' || options.isSigned
      ? undefined
      : await keepVisible(store, subject, options);
  for (const predicate of predicates) {
    const request = attestationRequest(subject, predicate, options);
    attestations.push({ request, prepared: await prepareAttestation(store, request, options) });
  }
  return { ...(bundle ? { signature: { bundle } } : {}), attestations };
}

/**
 * Writes what was prepared, the signature first, reads it back and verifies it.
 * @throws KongcrateError SIGNATURE_MISMATCH, TAG_EXISTS, and what the store refuses
 */
export async function writeAttestations(
  store: ContentStore,
  { signature, attestations }: PreparedAttestations,
  options: AttestOptions,
): Promise<{
  readonly signatures: readonly WrittenSignature[];
  readonly attestations: readonly WrittenAttestation[];
}> {
  const [first] = attestations;
  const signed = signature ? await writeSignatures(store, signature, options) : [];
  if (first) await readBack(store, first.request.subject, { ...options, written: signed });
  const done: WrittenAttestation[] = [];
  for (const one of attestations) {
    const written = await writeSignatures(store, one.prepared, options);
    await readBackAttestation(store, one, { ...options, written });
    const { predicateType } = one.request.own;
    done.push({ predicateType, written: written.map(toWritten) });
  }
  return { signatures: signed.map(toWritten), attestations: done };
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
