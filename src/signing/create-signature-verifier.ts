import { readManifest } from '../content/read-content.ts';
import { checkPolicy, checkThresholds } from './check-policy.ts';
import { decideTrust, obey } from './decision/decide-trust.ts';
import { demandsOf } from './decision/demands-of.ts';
import type { Asked } from './decision/trust-question.ts';
import { findSignatures, MAX_BUNDLES } from './find-signatures.ts';
import { judgeCandidates, type JudgeOptions, type Judgement } from './judge-candidates.ts';
import type { PolicyDecision } from './policy/decide.ts';
import { readPluginManifest } from './read-plugin-manifest.ts';
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
export interface VerifierPolicy extends Asked {
  /** The plugin's name as the caller knows it: from lock, receipt or `--plugin`. */
  readonly expectedName?: string;
  /** The most referrers that are read in search of bundles; 100 unless told. */
  readonly maxBundles?: number;
  /** Reads no more once every demanded signer is seen to have signed: nobody else is named. */
  readonly stopOnceSigned?: boolean;
  /** Is told what each policy says of what is allowed, and what was set aside. */
  readonly onDecisions?: (decisions: readonly PolicyDecision[], found: Judgement) => void;
}

/**
 * A verifier that trusts whom policies, flags or a receipt name. It reads the subject by its digest,
 * then the signatures, then what it holds, and puts all it knows before the decision each time. It
 * touches nothing but the store it is given.
 * @throws KongcrateError TRUST_MISSING, USAGE: what anything or nothing could satisfy
 */
export function createSignatureVerifier(policy: VerifierPolicy): Verifier {
  const { maxBundles = MAX_BUNDLES, expectedName, stopOnceSigned = false } = policy;
  checkPolicy(policy, maxBundles);
  return {
    async verify(reference, store, options = {}) {
      const question = { asked: policy, reference, expectedName, now: new Date() };
      obey(decideTrust({ artifact: question }));
      const demands = demandsOf(question);
      checkThresholds(demands);
      const base = baseContext({ ...policy, demands });
      if (policy.trustedRoot !== undefined) await base.loadTrustRoot();
      const { digest } = reference.descriptor;
      const root = await readManifest(store, reference.descriptor, options);
      const findings = new SignatureFindings(options);
      const judged = await judgeCandidates(
        findSignatures({ ...options, store, subject: digest, findings, maxBundles }),
        { ...base, digest, predicateType: SIGN_PREDICATE_TYPE, stopOnceSigned },
      );
      const found = { ...judged, findings };
      obey(decideTrust({ artifact: { ...question, found } }));
      const plugin = await readPluginManifest(store, root, options);
      const decision = obey(decideTrust({ artifact: { ...question, found, plugin } }));
      policy.onDecisions?.(decision.policies, judged);
      const signatures = judged.accepted.map(({ candidate }) => candidate);
      return vouch({ reference, plugin, signatures, trust: decision.trust });
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
