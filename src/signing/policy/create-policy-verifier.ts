import type { ReadableStore } from '../../content/content-store.ts';
import type { PinnedReference, VerifiedSubject } from '../../content/verified-subject.ts';
import { KongcrateError } from '../../errors/kongcrate-error.ts';
import { PLUGIN_NAME_ANNOTATION, PLUGIN_VERSION_ANNOTATION } from '../../reference/media-types.ts';
import { createSignatureVerifier } from '../create-signature-verifier.ts';
import { createUnsignedVerifier } from '../create-unsigned-verifier.ts';
import type { Judgement } from '../judgement.ts';
import type { PluginManifest } from '../read-plugin-manifest.ts';
import type { TrustDemand } from '../signer-demand.ts';
import type { Verifier, VerifyCall } from '../verifier.ts';
import type { VerifierPolicy } from '../verifier-policy.ts';
import { commonTrustedRoot } from './common-trusted-root.ts';
import { decide, type PolicyDecision, type TrustFacts } from './decide.ts';
import { findRule } from './find-rule.ts';
import { nameRules, refuseByPolicy } from './policy-refused.ts';
import { flagsDemand, ruleDemand, type Narrowing } from './rule-demand.ts';
import type { TrustPolicy } from './trust-policy.ts';

/** Whom to trust by policies, and how a subject is judged. */
export interface PolicyVerifierOptions extends Omit<
  VerifierPolicy,
  'demands' | 'trustedRoot' | 'approve'
> {
  /** All of them have to allow a subject. */
  readonly policies: readonly TrustPolicy[];
  /** What the command line demands beside them. */
  readonly narrowing?: Narrowing;
  /** Is told what each policy says of what is allowed. */
  readonly onDecisions?: (decisions: readonly PolicyDecision[], found: Judgement) => void;
}

/**
 * A verifier that trusts whom policies name. The rules for the repository say what its signatures
 * have to be; what is signed then is put before the policies once more, as a whole.
 * @throws KongcrateError USAGE: policies that contradict each other, flags that nothing can satisfy
 */
export function createPolicyVerifier(options: PolicyVerifierOptions): Verifier {
  const trustedRoot = commonTrustedRoot(options.policies);
  return {
    async verify(reference, store, call = {}) {
      const subject = new PolicySubject(reference, options, new Date());
      subject.refuseAtOnce();
      try {
        return await subject.verify(store, { ...call, trustedRoot });
      } catch (error) {
        throw nameRules(error, subject.unsigned);
      }
    },
  };
}

interface PolicyCall extends VerifyCall {
  readonly trustedRoot: string | undefined;
}

const NO_SIGNATURES: Judgement = { accepted: [], rejected: [] };

/** One subject before all policies. */
class PolicySubject {
  /** What the policies would say if nobody had signed it. */
  readonly unsigned: readonly PolicyDecision[];
  readonly #reference: PinnedReference;
  readonly #options: PolicyVerifierOptions;
  readonly #now: Date;

  constructor(reference: PinnedReference, options: PolicyVerifierOptions, now: Date) {
    this.#reference = reference;
    this.#options = options;
    this.#now = now;
    this.unsigned = this.#decide({ signatures: [], isUnsigned: true });
  }

  /** Refuses before anything is read what no signature can make good. */
  refuseAtOnce(): void {
    const { digest } = this.#reference.descriptor;
    const { policies } = this.#options;
    const hopeless = this.unsigned.filter(
      ({ rule }, index) => rule === undefined || policies[index]?.revoked.digests.has(digest),
    );
    refuseByPolicy(hopeless, this.#reference);
  }

  async verify(
    store: ReadableStore,
    { trustedRoot, ...call }: PolicyCall,
  ): Promise<VerifiedSubject> {
    const mayBeUnsigned = this.unsigned.every(({ allowed }) => allowed);
    const demands = this.#demands();
    const isNobodyNamed = demands.some(({ signers }) => signers.length === 0);
    if (isNobodyNamed && mayBeUnsigned) return this.#verifyUnsigned(store, call);
    if (isNobodyNamed) refuseByPolicy(this.unsigned, this.#reference);
    const verifier = createSignatureVerifier({
      ...this.#options,
      demands,
      ...(trustedRoot === undefined ? {} : { trustedRoot }),
      approve: (plugin, found) => {
        this.#approve(plugin, found);
      },
    });
    try {
      return await verifier.verify(this.#reference, store, call);
    } catch (error) {
      const isUnsigned = error instanceof KongcrateError && error.code === 'NO_SIGNATURE';
      if (isUnsigned && mayBeUnsigned) return this.#verifyUnsigned(store, call);
      throw error;
    }
  }

  /** Every place is asked again: only a clean none from all of them counts. */
  #verifyUnsigned(store: ReadableStore, call: VerifyCall): Promise<VerifiedSubject> {
    const approve = (plugin: PluginManifest): void => {
      this.#approve(plugin, NO_SIGNATURES);
    };
    const verifier = createUnsignedVerifier({ ...this.#options, approve });
    return verifier.verify(this.#reference, store, call);
  }

  #demands(): readonly TrustDemand[] {
    const { policies, narrowing = {} } = this.#options;
    const rules = policies.flatMap((policy) => {
      const { decides, repository } = findRule(policy, this.#reference.repository);
      const context = { revoked: policy.revoked, repository, now: this.#now, narrowing };
      return decides ? [ruleDemand(decides, context)] : [];
    });
    const revoked = policies.map((policy) => policy.revoked);
    return [...rules, ...flagsDemand(narrowing, revoked)];
  }

  /** The last word, when everything is known. */
  #approve({ manifest, digest }: PluginManifest, found: Judgement): void {
    const decisions = this.#decide({
      digests: [
        this.#reference.descriptor.digest,
        digest,
        ...manifest.layers.map((one) => one.digest),
      ],
      signatures: found.accepted,
      isUnsigned: found === NO_SIGNATURES,
      name: manifest.annotations[PLUGIN_NAME_ANNOTATION],
      version: manifest.annotations[PLUGIN_VERSION_ANNOTATION],
    });
    refuseByPolicy(
      decisions.filter(({ allowed }) => !allowed),
      this.#reference,
    );
    this.#options.onDecisions?.(decisions, found);
  }

  #decide(
    facts: Pick<TrustFacts, 'signatures' | 'isUnsigned'> & Partial<TrustFacts>,
  ): PolicyDecision[] {
    const { repository, descriptor } = this.#reference;
    const { policies, narrowing } = this.#options;
    const all = { repository, digests: [descriptor.digest], now: this.#now, ...facts };
    return policies.map((policy) => decide(policy, all, narrowing));
  }
}
