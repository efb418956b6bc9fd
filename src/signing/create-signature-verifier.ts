import { readManifest } from '../content/read-content.ts';
import { checkPolicy } from './check-policy.ts';
import { demandSigners } from './demand-signers.ts';
import { findSignatures, MAX_BUNDLES } from './find-signatures.ts';
import { judgeCandidates, type JudgeOptions, type Judgement } from './judge-candidates.ts';
import type { PluginManifest } from './read-plugin-manifest.ts';
import { trustRootLoader } from './trust-root-loader.ts';
import { SignatureFindings } from './signature-findings.ts';
import type { TrustDemand } from './signer-demand.ts';
import { SIGN_PREDICATE_TYPE } from './statement.ts';
import type { Verifier } from './verifier.ts';
import { vouch } from './vouch.ts';

/** Whose signatures are trusted, and what they are held against. */
export interface SignaturePolicy {
  /** All of them have to be met: such as a policy's rule and the flags. */
  readonly demands: readonly TrustDemand[];
  /** The JSON text of a trusted root; the public-good one of this package unless told. */
  readonly trustedRoot?: string;
}

/** How a subject in a store is judged. */
export interface VerifierPolicy extends SignaturePolicy {
  /** The plugin's name as the caller knows it: from lock, receipt or `--plugin`. */
  readonly expectedName?: string;
  /** The most referrers that are read in search of bundles; 100 unless told. */
  readonly maxBundles?: number;
  /** Reads no more once every demanded signer is seen to have signed: nobody else is named. */
  readonly stopOnceSigned?: boolean;
  /** Has the last word about signatures that meet all demands, and throws where it refuses. */
  readonly approve?: (plugin: PluginManifest, found: Judgement) => void;
}

/**
 * A verifier that trusts keys and identities. It reads the subject by its digest, then the
 * signatures, then holds the signed content against the reference. It touches nothing but the store
 * it is given.
 * @throws KongcrateError TRUST_MISSING, USAGE: a policy that anything or nothing could satisfy
 */
export function createSignatureVerifier(policy: VerifierPolicy): Verifier {
  const { maxBundles = MAX_BUNDLES, expectedName, stopOnceSigned = false } = policy;
  checkPolicy(policy, maxBundles);
  const base = baseContext(policy);
  return {
    async verify(reference, store, { signatures: place, ...options } = {}) {
      if (policy.trustedRoot !== undefined) await base.loadTrustRoot();
      const { digest } = reference.descriptor;
      const root = await readManifest(store, reference.descriptor, options);
      const findings = new SignatureFindings(options);
      const { accepted, rejected } = await judgeCandidates(
        findSignatures({
          ...{ ...options, subject: digest, findings, maxBundles },
          ...{ store: place?.store ?? store, place: place?.repository },
        }),
        { ...base, digest, predicateType: SIGN_PREDICATE_TYPE, stopOnceSigned },
      );
      const subject = `${reference.repository}@${digest}`;
      const { demands } = policy;
      const found = { findings, accepted, rejected, place: place?.repository };
      const signers = demandSigners({ subject, demands, ...found });
      const signatures = accepted.map(({ candidate }) => candidate);
      const where = place && { signatureRepository: place.repository };
      const trust = { kind: 'signed', signers, ...where } as const;
      const approve = (plugin: PluginManifest): void => {
        policy.approve?.(plugin, { accepted, rejected });
      };
      const decision = { reference, root, signatures, trust, expectedName, approve };
      return vouch(store, decision, options);
    },
  };
}

/** What candidates are judged by, but for the subject. */
export function baseContext({
  demands,
  trustedRoot,
}: SignaturePolicy): Omit<JudgeOptions, 'digest' | 'predicateType' | 'stopOnceSigned'> {
  const signers = demands.flatMap((demand) => demand.signers);
  return {
    demands,
    keys: signers.flatMap((signer) => (signer.kind === 'key' ? [signer.key] : [])),
    takesCertificates: signers.some(({ kind }) => kind === 'identity'),
    loadTrustRoot: trustRootLoader(trustedRoot),
  };
}
