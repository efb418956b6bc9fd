import { createHash, type KeyObject } from 'node:crypto';
import { VerificationError, Verifier, type SignedEntity } from '@sigstore/verify';
import type { CertificateIdentity } from '../content/verified-subject.ts';
import { KongcrateError, messageOf } from '../errors/kongcrate-error.ts';
import { readCertificateIdentity } from './certificate-identity.ts';
import { checkEntryKey, type EntrySigner } from './check-entry-key.ts';
import type { CheckedProofs } from './identified-signature.ts';
import { checkLogValidity, isDated, selectKnownProofs, type KnownProofs } from './known-proofs.ts';
import { parseLeaf } from './parse-leaf.ts';
import type { PublicKey } from './public-key.ts';
import type { SignatureCandidate } from './signature-candidate.ts';
import { signatureHolds } from './signature-holds.ts';
import { refusedSignature } from './signed-claims.ts';
import type { TrustRoot } from './trust-root.ts';
import { wrongCertificate } from './wrong-certificate.ts';

/**
 * Holds a signature by a known key, and all that came along, against a trusted root.
 * @throws KongcrateError SIGNATURE_MISMATCH
 */
export function checkKeyProofs(
  candidate: SignatureCandidate,
  root: TrustRoot,
  key: PublicKey,
): CheckedProofs {
  return refusing(() => {
    const known = selectKnownProofs(candidate.proofs, root);
    const entity = toEntity(candidate, known, { $case: 'public-key', hint: '' });
    const publicKey = { publicKey: key.key, validFor: () => true };
    new Verifier({ ...root.material, publicKey: () => publicKey }, THRESHOLDS).verify(entity);
    return checkEntries(candidate, { root, known, signer: key });
  });
}

/**
 * Holds a signature by a certificate's key against a trusted root: chain, SCT, validity at every
 * proven time, log entries, timestamps, the signature itself.
 * @returns whom the certificate names; whether that is somebody to trust is not asked here
 * @throws KongcrateError SIGNATURE_MISMATCH, CERTIFICATE_MISMATCH
 */
export function checkCertificateProofs(
  candidate: SignatureCandidate,
  root: TrustRoot,
  certificate: Uint8Array,
): CheckedProofs & { readonly identity: CertificateIdentity } {
  return refusing(() => {
    const leaf = parseLeaf(certificate);
    const identity = readCertificateIdentity(leaf);
    const known = selectKnownProofs(candidate.proofs, root);
    // Without a time @sigstore/verify checks no chain, and stumbles over its own result.
    if (known.times.length === 0)
      throw refusedSignature(
        'no entry of a known log and no known timestamp says when it was made',
      );
    const entity = toEntity(candidate, known, { $case: 'certificate', certificate: leaf });
    const publicKey = (): never => {
      throw new Error('a certificate needs no other key');
    };
    // No policy is handed over: a text in one is taken for an expression without anchors.
    new Verifier({ ...root.material, publicKey }, THRESHOLDS).verify(entity);
    return { ...checkEntries(candidate, { root, known, signer: { certificate } }), identity };
  });
}

/** How many entries and timestamps a signature needs depends on who signed: meets-demand.ts. */
const THRESHOLDS = { ctlogThreshold: 1, tlogThreshold: 0, timestampThreshold: 0 };

/** TypeError, ASN1ParseError, ValidationError: whatever a library throws is a refusal. */
function refusing<Result>(check: () => Result): Result {
  try {
    return check();
  } catch (error) {
    if (error instanceof KongcrateError) throw error;
    const isCertificate = error instanceof VerificationError && error.code === 'CERTIFICATE_ERROR';
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw isCertificate
      ? wrongCertificate(messageOf(cause), error)
      : refusedSignature(messageOf(error));
  }
}

/** The form @sigstore/verify checks; bytes, digests and signature are compared by our functions. */
function toEntity(
  { signedBytes, signature, payload, stampedBytes = signature }: SignatureCandidate,
  { entries, stamps }: KnownProofs,
  key: SignedEntity['key'],
): SignedEntity {
  const isHashOf = (bytes: Uint8Array) => (digest: Buffer) =>
    createHash('sha256').update(bytes).digest().equals(digest);
  return {
    signature: {
      // Read for timestamps alone.
      signature: Buffer.from(stampedBytes),
      compareSignature: (other) => other.equals(signature),
      compareDigest: isHashOf(payload),
      compareSignedDigest: isHashOf(signedBytes),
      verifySignature: (keyObject: KeyObject) =>
        signatureHolds(signedBytes, signature, { key: keyObject }),
    },
    key,
    tlogEntries: [...entries],
    timestamps: [
      ...entries
        .filter(isDated)
        .map((tlogEntry) => ({ $case: 'transparency-log' as const, tlogEntry })),
      ...stamps.map((timestamp) => ({ $case: 'timestamp-authority' as const, timestamp })),
    ],
  };
}

interface Checks {
  readonly root: TrustRoot;
  readonly known: KnownProofs;
  readonly signer: EntrySigner;
}

/** What @sigstore/verify does not ask of log entries. */
function checkEntries(
  { proofs }: SignatureCandidate,
  { root, known: { entries, stamps, times }, signer }: Checks,
): CheckedProofs {
  for (const entry of entries) {
    checkEntryKey(entry, signer);
    checkLogValidity(entry, root, times);
  }
  return {
    isLogged: entries.length > 0,
    hasForeignEntries: entries.length < proofs.entries.length,
    isStamped: stamps.length > 0,
    times,
  };
}
