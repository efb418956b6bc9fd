import { brandVerifiedSubject } from '../content/brand-verified-subject.ts';
import type { CallOptions, ReadableStore } from '../content/content-store.ts';
import { readManifest, type ReadManifest } from '../content/read-content.ts';
import type { PinnedReference, TrustBasis, VerifiedSubject } from '../content/verified-subject.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { checkContentClaims } from './check-content-claims.ts';
import { collectSignatures, MAX_BUNDLES } from './collect-signatures.ts';
import { explainRefusal, refuseAnySignature } from './explain-refusal.ts';
import { groupSigners } from './group-signers.ts';
import { judgeCandidates } from './judge-candidates.ts';
import { mergeSnapshots } from './merge-snapshots.ts';
import type { PublicKey } from './public-key.ts';
import { readPluginManifest } from './read-plugin-manifest.ts';
import type { SignatureCandidate } from './signature-candidate.ts';

/** Decides whether a subject may be used. It never answers with a boolean: refusal is an error. */
export interface Verifier {
  /**
   * @throws KongcrateError NO_SIGNATURE (every place answered a clean none), SIGNATURE_MISMATCH,
   *   IDENTITY_MISMATCH, a content error where everything found is damaged, and what the store
   *   throws where it cannot be read
   */
  verify(
    reference: PinnedReference,
    store: ReadableStore,
    options?: CallOptions,
  ): Promise<VerifiedSubject>;
}

/** What any verifier may know of a plugin beforehand. */
export interface UnsignedPolicy {
  /** The plugin's name as the caller knows it: from lock, receipt or `--plugin`. */
  readonly expectedName?: string;
}

/** Whose signatures are trusted, and how many of them are needed. */
export interface KeyPolicy extends UnsignedPolicy {
  readonly keys: readonly PublicKey[];
  /** How many distinct keys must have signed; one key counts once, in however many formats. */
  readonly threshold: number;
  /** Annotations every counted signature must have signed with exactly these values. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** The most referrers that are read in search of bundles; 100 unless told. */
  readonly maxBundles?: number;
}

/**
 * A verifier that trusts keys. It reads the subject by its digest, then the signatures, then holds
 * the signed content against the reference. It touches nothing but the store it is given.
 * @throws KongcrateError TRUST_MISSING, USAGE: a policy that anything or nothing could satisfy
 */
export function createKeyVerifier(policy: KeyPolicy): Verifier {
  checkPolicy(policy);
  const { keys, threshold, expectedName, annotations = {}, maxBundles = MAX_BUNDLES } = policy;
  return {
    async verify(reference, store, options = {}) {
      const { digest } = reference.descriptor;
      const root = await readManifest(store, reference.descriptor, options);
      const found = await collectSignatures(store, digest, { ...options, maxBundles });
      const { accepted, rejected } = judgeCandidates(found.candidates, {
        digest,
        keys,
        annotations,
      });
      const signers = groupSigners(accepted);
      const acceptedSigners = signers.length;
      if (acceptedSigners < threshold)
        throw explainRefusal({ reference, found, rejected, acceptedSigners, threshold });
      const signatures = accepted.map(({ candidate }) => candidate);
      const trust = { kind: 'keys', signers } as const;
      return vouch(store, { reference, root, signatures, trust, expectedName }, options);
    },
  };
}

/**
 * The verifier behind `--allow-unsigned`: it lets through what has no signature at all, and only
 * when every place answered so. Whatever looks like a signature refuses, damaged or not: whoever
 * can spoil one must not turn a signed plugin into an unsigned one.
 */
export function createUnsignedVerifier({ expectedName }: UnsignedPolicy = {}): Verifier {
  return {
    async verify(reference, store, options = {}) {
      const root = await readManifest(store, reference.descriptor, options);
      refuseAnySignature(await collectSignatures(store, reference.descriptor.digest, options));
      const trust = { kind: 'unsigned' } as const;
      return vouch(store, { reference, root, signatures: [], trust, expectedName }, options);
    },
  };
}

interface Decision {
  readonly reference: PinnedReference;
  readonly root: ReadManifest;
  readonly signatures: readonly SignatureCandidate[];
  readonly trust: TrustBasis;
  readonly expectedName: string | undefined;
}

/** The last checks, and the only place where a subject becomes a verified one. */
async function vouch(
  store: ReadableStore,
  { reference, root, signatures, trust, expectedName }: Decision,
  options: CallOptions,
): Promise<VerifiedSubject> {
  const plugin = await readPluginManifest(store, root, options);
  checkContentClaims(plugin.manifest, reference, expectedName);
  return brandVerifiedSubject({
    reference,
    manifest: plugin.manifest,
    manifestDigest: plugin.digest,
    trust,
    evidence: mergeSnapshots(
      plugin.blobs,
      signatures.map(({ evidence }) => evidence),
    ),
  });
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
