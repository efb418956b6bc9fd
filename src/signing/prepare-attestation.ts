import type { CallOptions, ContentStore } from '../content/content-store.ts';
import type { PinnedReference } from '../content/verified-subject.ts';
import { makeAttestationLayer } from './attestation-layer.ts';
import { findOwnAttestations } from './find-own-attestations.ts';
import { signStatement, wrapBundle } from './make-bundle.ts';
import type { PreparedSignatures, SignOptions } from './sign-subject.ts';
import { encodeAttestation } from './statement.ts';
import type { OwnSignature } from './verify-own-signature.ts';

/** What is said of an artifact. */
export interface Predicate {
  /** The URI of its type. */
  readonly predicateType: string;
  /** JSON text, signed byte for byte. */
  readonly predicate: string;
}

/** Who attests, and in which formats that is kept. */
export interface AttestOptions
  extends
    Pick<SignOptions, 'format' | 'repository' | 'createdAt'>,
    Pick<SignOptions, 'signer' | 'witnesses' | 'trustedRoot' | 'dockerMediaTypes'>,
    CallOptions {}

/** A statement to be signed, and what must come out. */
export interface AttestationRequest {
  readonly subject: PinnedReference;
  readonly statement: Buffer;
  readonly own: OwnSignature & { readonly predicateType: string };
}

/**
 * Signs a statement about a manifest, once for the formats of cosign 2 and cosign 3, asks all
 * witnesses, and verifies what came out; nothing is written. What the same key attested in the same
 * words before is not attested again.
 * @throws KongcrateError CONTENT_INVALID, CONTENT_TOO_LARGE, SIGNATURE_MISMATCH,
 *   CERTIFICATE_MISMATCH, and what witnesses and store throw
 */
export async function prepareAttestation(
  store: ContentStore,
  request: AttestationRequest,
  options: AttestOptions,
): Promise<PreparedSignatures> {
  const { format } = options;
  const there = await findOwnAttestations(store, request, options);
  const needsLegacy = format !== 'bundle' && !there.legacy;
  const needsBundle = format !== 'legacy' && !there.bundle;
  if (!needsLegacy && !needsBundle) return there;
  const made = await signStatement(request.statement, options);
  return {
    ...there,
    ...(needsLegacy
      ? { legacy: await makeAttestationLayer(store, { ...request, made }, options) }
      : {}),
    ...(needsBundle
      ? { bundle: await wrapBundle(made, bundleRequest(request, options), options) }
      : {}),
  };
}

/** What is to be signed for an attestation by this signer. */
export function attestationRequest(
  subject: PinnedReference,
  { predicate, predicateType }: Predicate,
  { signer, repository }: AttestOptions,
): AttestationRequest {
  const { digest } = subject.descriptor;
  return {
    subject,
    statement: encodeAttestation({ digest, repository, predicateType, predicate }),
    own: { digest, signer, annotations: {}, predicateType },
  };
}

function bundleRequest(
  { subject, statement, own: { predicateType, annotations } }: AttestationRequest,
  { createdAt }: AttestOptions,
): Parameters<typeof wrapBundle>[1] {
  return { statement, predicateType, annotations, subject: subject.descriptor, createdAt };
}
