import { checkPolicy } from './check-policy.ts';
import { demandSigners } from './demand-signers.ts';
import { MAX_BUNDLES } from './find-signatures.ts';
import { judgeCandidates, type JudgeOptions } from './judge-candidates.ts';
import type { PluginManifest } from './read-plugin-manifest.ts';
import { readSubject } from './read-subject.ts';
import { trustRootLoader } from './trust-root-loader.ts';
import { SignatureFindings } from './signature-findings.ts';
import { SIGN_PREDICATE_TYPE } from './statement.ts';
import type { SignaturePolicy, VerifierPolicy } from './verifier-policy.ts';
import type { Verifier } from './verifier.ts';
import { vouch } from './vouch.ts';

/**
 * A verifier that trusts keys and identities. It reads the subject by its digest, then the
 * signatures, then holds the signed content against the reference. It touches nothing but the store
 * it is given.
 * @throws KongcrateError TRUST_MISSING, USAGE: a policy that anything or nothing could satisfy
 */
export function createSignatureVerifier(policy: VerifierPolicy): Verifier {
  const { maxBundles = MAX_BUNDLES, expectedName, stopOnceSigned = false, attestation } = policy;
  checkPolicy(policy, maxBundles);
  const base = baseContext(policy);
  return {
    async verify(reference, store, { signatures: place, ...options } = {}) {
      if (policy.trustedRoot !== undefined) await base.loadTrustRoot();
      const { digest } = reference.descriptor;
      const subject = await readSubject(store, reference, { ...options, attestation });
      const findings = new SignatureFindings(options);
      const { accepted, rejected } = await judgeCandidates(
        subject.findSignatures({
          ...{ ...options, subject: digest, findings, maxBundles },
          ...{ store: place?.store ?? store, place: place?.repository },
        }),
        { ...base, digest, predicateType: attestation ?? SIGN_PREDICATE_TYPE, stopOnceSigned },
      );
      const name = reference.file ?? `${reference.repository}@${digest}`;
      const { demands } = policy;
      const found = { findings, accepted, rejected, place: place?.repository };
      const signers = demandSigners({ subject: name, demands, ...found });
      const signatures = accepted.map(({ candidate }) => candidate);
      const where = place && { signatureRepository: place.repository };
      const trust = { kind: 'signed', signers, ...where } as const;
      const approve = (plugin: PluginManifest): void => {
        policy.approve?.(plugin, { accepted, rejected });
      };
      return vouch({ reference, subject, signatures, trust, expectedName, approve });
    },
  };
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
