import type { VerifiedSigner } from '../content/verified-subject.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { byStatement } from '../signing/agreed-statements.ts';
import { groupSigners } from '../signing/group-signers.ts';
import type { IdentifiedSignature } from '../signing/identified-signature.ts';
import type { JsonObject } from '../signing/signed-claims.ts';
import { createVerifier } from './create-verifier.ts';
import { verifyPinned, type VerifiedArtifact, type VerifyOptions } from './verify-artifact.ts';

/** What one signer says of an artifact. */
export interface VerifiedAttestation {
  readonly predicateType: string;
  /** As it was signed; nothing in it is held against the artifact. */
  readonly predicate: unknown;
  readonly signers: readonly VerifiedSigner[];
}

export interface AttestedSubject extends VerifiedArtifact {
  readonly attestations: readonly VerifiedAttestation[];
}

/**
 * Verifies what is attested of an artifact, offline. A signature is no attestation and vouches for
 * none; several attestations of the type are given, each with who signed it.
 * @param predicateType the URI of the type
 * @throws KongcrateError NO_SIGNATURE, SIGNATURE_MISMATCH, CERTIFICATE_MISMATCH, TRUST_MISSING,
 *   NOT_FOUND, and what the store throws
 */
export async function verifyAttestation(
  reference: string,
  predicateType: string,
  options: VerifyOptions,
): Promise<AttestedSubject> {
  let accepted: readonly IdentifiedSignature[] = [];
  const verifier = createVerifier({
    ...options,
    attestation: predicateType,
    onDecisions: (decisions, found) => {
      ({ accepted } = found);
      options.onDecisions?.(decisions, found);
    },
  });
  const verified = await verifyPinned(reference, verifier, options).catch((error: unknown) => {
    throw isUnsigned(error) ? noAttestation(reference, predicateType) : error;
  });
  // A policy may let what nobody signed pass: that says nothing of attestations.
  if (accepted.length === 0) throw noAttestation(reference, predicateType);
  return { ...verified, attestations: byStatement(accepted).map(toAttestation) };
}

function toAttestation(
  signatures: readonly [IdentifiedSignature, ...IdentifiedSignature[]],
): VerifiedAttestation {
  const { payload } = signatures[0].candidate;
  const { predicateType, predicate } = JSON.parse(
    Buffer.from(payload).toString('utf8'),
  ) as JsonObject;
  return { predicateType: String(predicateType), predicate, signers: groupSigners(signatures) };
}

function isUnsigned(error: unknown): boolean {
  return error instanceof KongcrateError && error.code === 'NO_SIGNATURE';
}

function noAttestation(reference: string, predicateType: string): KongcrateError {
  return new KongcrateError('NO_SIGNATURE', `${reference} has no attestation ${predicateType}`, {
    remedy: 'Attest it (kongcrate attest, or publish with --provenance or --sbom).',
  });
}
