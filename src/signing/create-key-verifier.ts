import { readManifest } from '../content/read-content.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { explainRefusal } from './explain-refusal.ts';
import { findSignatures, MAX_BUNDLES } from './find-signatures.ts';
import { groupSigners } from './group-signers.ts';
import { judgeCandidates } from './judge-candidates.ts';
import type { PublicKey } from './public-key.ts';
import { SignatureFindings } from './signature-findings.ts';
import type { Verifier } from './verifier.ts';
import type { AcceptedSignature } from './verify-candidate.ts';
import { vouch } from './vouch.ts';

/** Whose signatures are trusted, and how many of them are needed. */
export interface KeyPolicy {
  /** The plugin's name as the caller knows it: from lock, receipt or `--plugin`. */
  readonly expectedName?: string;
  readonly keys: readonly PublicKey[];
  /** How many distinct keys must have signed; one key counts once, in however many formats. */
  readonly threshold: number;
  /** Annotations every counted signature must have signed with exactly these values. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** The most referrers that are read in search of bundles; 100 unless told. */
  readonly maxBundles?: number;
  /** Reads no more once every key is seen to have signed: what follows names no other signer. */
  readonly stopOnceSigned?: boolean;
}

/**
 * A verifier that trusts keys. It reads the subject by its digest, then the signatures, then holds
 * the signed content against the reference. It touches nothing but the store it is given.
 * @throws KongcrateError TRUST_MISSING, USAGE: a policy that anything or nothing could satisfy
 */
export function createKeyVerifier(policy: KeyPolicy): Verifier {
  checkPolicy(policy);
  const { keys, threshold, expectedName, annotations = {}, maxBundles = MAX_BUNDLES } = policy;
  const distinctKeys = new Set(keys.map(({ keyId }) => keyId)).size;
  const isEnough = (accepted: readonly AcceptedSignature[]): boolean =>
    policy.stopOnceSigned === true &&
    new Set(accepted.map(({ key }) => key.keyId)).size === distinctKeys;
  return {
    async verify(reference, store, options = {}) {
      const { digest } = reference.descriptor;
      const root = await readManifest(store, reference.descriptor, options);
      const findings = new SignatureFindings(options);
      const { accepted, rejected } = await judgeCandidates(
        findSignatures({ ...options, store, subject: digest, findings, maxBundles }),
        { digest, keys, annotations },
        isEnough,
      );
      const signers = groupSigners(accepted);
      const acceptedSigners = signers.length;
      if (acceptedSigners < threshold)
        throw explainRefusal({ reference, findings, rejected, acceptedSigners, threshold });
      const signatures = accepted.map(({ candidate }) => candidate);
      const trust = { kind: 'keys', signers } as const;
      return vouch(store, { reference, root, signatures, trust, expectedName }, options);
    },
  };
}

function checkPolicy({ keys, threshold, maxBundles = MAX_BUNDLES }: KeyPolicy): void {
  const distinct = new Set(keys.map(({ keyId }) => keyId)).size;
  if (distinct === 0)
    throw new KongcrateError('TRUST_MISSING', 'no key is given whose signatures would be trusted', {
      remedy: 'Give the public key of the publisher with --key cosign.pub.',
    });
  if (!Number.isSafeInteger(threshold) || threshold < 1 || threshold > distinct)
    throw new KongcrateError('USAGE', `a threshold of ${threshold} for ${distinct} distinct keys`, {
      remedy: `Give --threshold a number from 1 to ${distinct}, or more keys.`,
    });
  if (!Number.isSafeInteger(maxBundles) || maxBundles < 1)
    throw new KongcrateError('USAGE', `${maxBundles} is no limit for the signatures to read`, {
      remedy: 'Give --max-signatures a whole number from 1.',
    });
}
