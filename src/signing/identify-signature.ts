import { X509Certificate, type KeyObject } from 'node:crypto';
import type { Digest } from '../reference/digest.ts';
import type { CheckedProofs, IdentifiedSignature } from './identified-signature.ts';
import type { PublicKey } from './public-key.ts';
import type { SignatureCandidate } from './signature-candidate.ts';
import { signatureHolds } from './signature-holds.ts';
import { refusedSignature, type SignedClaims } from './signed-claims.ts';
import { readSimpleSigning } from './simple-signing.ts';
import { sshFingerprint } from './ssh-fingerprint.ts';
import { readStatement, SIGN_PREDICATE_TYPE } from './statement.ts';
import type { TrustRoot } from './trust-root.ts';
import { wrongCertificate } from './wrong-certificate.ts';

/** What a signature must be about, and what whoever made it can be known by. */
export interface SignatureContext {
  readonly digest: Digest;
  /** What a statement must say it is: a signature, unless an attestation is asked for. */
  readonly predicateType: string;
  /** Keys that may have signed. */
  readonly keys: readonly PublicKey[];
  /** Whether whom a certificate names may have signed. */
  readonly takesCertificates: boolean;
  /** Loaded only for what is to be held against it. */
  readonly loadTrustRoot: () => Promise<TrustRoot>;
}

/**
 * Finds out who made a signature: first whose it is, over the bytes as stored, and only then what
 * these bytes say (cosign issue 542: a signature of another digest is no signature of this one).
 * @throws KongcrateError SIGNATURE_MISMATCH, CERTIFICATE_MISMATCH with the reason
 */
export async function identifySignature<Candidate extends SignatureCandidate>(
  candidate: Candidate,
  context: SignatureContext,
): Promise<IdentifiedSignature<Candidate>> {
  const made = await findMaker(candidate, context);
  return { ...made, candidate, claims: readClaims(candidate, context) };
}

/** The trusted key that made a signature, by the key alone. */
export function findKey(
  { format, signedBytes, signature, envelopeKeyId, proofs }: SignatureCandidate,
  keys: readonly PublicKey[],
): PublicKey | undefined {
  // cosign 3 refuses a bundle with a certificate when a key is asked for; in legacy ones it may be.
  if (format === 'bundle' && proofs.certificate) return undefined;
  const { keyId } = proofs;
  const named = keyId === undefined ? keys : keys.filter((one) => one.keyId === keyId);
  return named.find(
    (one) => isNamed(envelopeKeyId, one.key) && signatureHolds(signedBytes, signature, one),
  );
}

/**
 * What a signature that holds says.
 * @throws KongcrateError SIGNATURE_MISMATCH when that is about something else
 */
export function readClaims(
  { content, payload }: SignatureCandidate,
  { digest, predicateType }: Pick<SignatureContext, 'digest' | 'predicateType'>,
): SignedClaims {
  if (content === 'statement') return readStatement(payload, digest, predicateType);
  if (predicateType !== SIGN_PREDICATE_TYPE)
    throw refusedSignature(`it is a signature, not an attestation of "${predicateType}"`);
  if (content === 'payload') return readSimpleSigning(payload, digest);
  // What is signed is the file itself, whose digest this is.
  return { annotations: {} };
}

/**
 * Whether an envelope leaves its key unnamed, or names this one. DSSE calls `keyid` a hint; Go's
 * library, and so cosign 3, refuses every other one.
 */
function isNamed(keyId = '', key: KeyObject): boolean {
  return keyId === '' || keyId === sshFingerprint(key);
}

type Made = CheckedProofs & Pick<IdentifiedSignature, 'maker'>;

async function findMaker(
  candidate: SignatureCandidate,
  { keys, takesCertificates, loadTrustRoot }: SignatureContext,
): Promise<Made> {
  const key = findKey(candidate, keys);
  const { envelopeKeyId, proofs } = candidate;
  const { certificate, entries, timestamps } = proofs;
  if (key) {
    const maker = { kind: 'key', key } as const;
    if (entries.length + timestamps.length === 0) return { ...NOTHING_CHECKED, maker };
    const { checkKeyProofs } = await import('./check-proofs.ts');
    return { ...checkKeyProofs(candidate, await loadTrustRoot(), key), maker };
  }
  if (!takesCertificates)
    throw refusedSignature(
      certificate
        ? 'it was made with a certificate, not with a key'
        : `no trusted key made this signature over these bytes${called(envelopeKeyId)}`,
    );
  if (!certificate) throw wrongCertificate('it has no certificate, and no trusted key made it');
  const { checkCertificateProofs } = await import('./check-proofs.ts');
  const root = await loadTrustRoot();
  const { identity, ...checked } = checkCertificateProofs(candidate, root, certificate);
  if (!isNamed(envelopeKeyId, new X509Certificate(certificate).publicKey))
    throw refusedSignature(`its certificate is not that of the key${called(envelopeKeyId)}`);
  return { ...checked, maker: { kind: 'certificate', ...identity } };
}

function called(keyId = ''): string {
  return keyId === '' ? '' : ` that it calls ${JSON.stringify(keyId)}`;
}

const NOTHING_CHECKED: CheckedProofs = {
  isLogged: false,
  hasForeignEntries: false,
  isStamped: false,
  times: [],
};
