import { agreedStatements } from './agreed-statements.ts';
import { checkPolicy, checkThresholds } from './check-policy.ts';
import { mayPassUnsigned } from './decision/decide-artifact.ts';
import { isCleanNone } from './decision/decide-signatures.ts';
import { decideTrust, obey } from './decision/decide-trust.ts';
import { demandsOf } from './decision/demands-of.ts';
import type { ArtifactQuestion, FoundSignatures } from './decision/trust-question.ts';
import { findBeside } from './find-beside.ts';
import { MAX_BUNDLES } from './find-signatures.ts';
import { judgeCandidates, type JudgeOptions } from './judge-candidates.ts';
import type { Judgement } from './judgement.ts';
import { readSubject } from './read-subject.ts';
import { trustRootLoader } from './trust-root-loader.ts';
import { SignatureFindings } from './signature-findings.ts';
import type { StoredSignature } from './signature-candidate.ts';
import { SIGN_PREDICATE_TYPE } from './statement.ts';
import type { SignaturePolicy, VerifierPolicy } from './verifier-policy.ts';
import type { Verifier } from './verifier.ts';
import { vouch } from './vouch.ts';

/**
 * A verifier that trusts whom policies, flags or a receipt name. It reads the subject by its digest,
 * then the signatures, then what it holds, and puts all it knows before the decision each time. It
 * touches nothing but the store it is given.
 * @throws KongcrateError TRUST_MISSING, USAGE: what anything or nothing could satisfy
 */
export function createSignatureVerifier(policy: VerifierPolicy): Verifier {
  const { maxBundles = MAX_BUNDLES, expectedName, stopOnceSigned = false, attestation } = policy;
  checkPolicy(policy, maxBundles);
  return {
    async verify(reference, store, { signatures: place, ...options } = {}) {
      const question = { asked: policy, reference, expectedName, now: new Date() };
      obey(decideTrust({ artifact: question }));
      const demands = demandsOf(question);
      checkThresholds(demands);
      const base = baseContext({ ...policy, demands });
      if (policy.trustedRoot !== undefined) await base.loadTrustRoot();
      const { digest } = reference.descriptor;
      const subject = await readSubject(store, reference, { ...options, attestation });
      const findings = new SignatureFindings(options);
      const search = { ...options, store, subject: digest, findings, attestation, maxBundles };
      const all = await judgeCandidates(
        subject.findSignatures({
          ...search,
          ...(place && { store: place.store, place: place.repository }),
        }),
        { ...base, digest, predicateType: attestation ?? SIGN_PREDICATE_TYPE, stopOnceSigned },
      );
      const judged =
        attestation === undefined ? all : agreed(all, { ...question, found: { ...all, findings } });
      const there = { ...judged, findings, ...(place && { place: place.repository }) };
      const isUnsigned = isCleanNone(there) && mayPassUnsigned(question);
      const found = place && isUnsigned ? await findBeside(subject, search) : there;
      obey(decideTrust({ artifact: { ...question, found } }));
      const plugin = await subject.readPlugin();
      const decision = obey(decideTrust({ artifact: { ...question, found, plugin } }));
      policy.onDecisions?.(decision.policies, judged);
      const signatures = judged.accepted.map(({ candidate }) => candidate);
      return vouch({ reference, plugin, signatures, trust: decision.trust });
    },
  };
}

/** Of all that were accepted, the attestations whose own signers are enough. */
function agreed(
  all: Judgement<StoredSignature>,
  question: ArtifactQuestion & { readonly found: FoundSignatures },
): Judgement<StoredSignature> {
  const areEnough = (accepted: FoundSignatures['accepted']): boolean =>
    decideTrust({ artifact: { ...question, found: { ...question.found, accepted } } }).allowed;
  return { ...all, accepted: agreedStatements(all.accepted, areEnough) };
}

/** What candidates are judged by, but for the subject. */
function baseContext({
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
