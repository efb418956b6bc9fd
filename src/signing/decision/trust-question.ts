import type { SignerName } from '../../content/signer-id.ts';
import type { PinnedReference, TrustBasis } from '../../content/verified-subject.ts';
import type { Judgement } from '../judgement.ts';
import type { PolicyDecision } from '../policy/decide.ts';
import type { Narrowing } from '../policy/rule-demand.ts';
import type { TrustPolicy } from '../policy/trust-policy.ts';
import type { PluginManifest } from '../read-plugin-manifest.ts';
import type { UnreadableSignatures } from '../signature-candidate.ts';
import type { SignaturePolicy } from '../verifier-policy.ts';
import type { KnownSigner } from './recorded-demand.ts';

/**
 * Whom to trust: all policies and all demands have to agree. The demands are those of the flags, or
 * of the signers in a receipt.
 */
export interface Asked extends SignaturePolicy {
  readonly policies?: readonly TrustPolicy[];
  /** What the flags add to the rules of policies. */
  readonly narrowing?: Narrowing;
  /** What nobody signed passes, where no policy says so either. */
  readonly allowsUnsigned?: boolean;
}

/** The signatures that were found, each judged by itself, and what could not be read. */
export interface FoundSignatures extends Judgement {
  readonly findings: UnreadableSignatures;
  /** The repository that was searched, where it is not the subject's own. */
  readonly place?: string;
}

/**
 * May this artifact be here? What is not known yet is not decided yet: it is asked again when more
 * has been read, and for the last time with all of it.
 */
export interface ArtifactQuestion {
  readonly asked: Asked;
  readonly reference: PinnedReference;
  readonly now: Date;
  /** Absent until signatures were looked for. */
  readonly found?: FoundSignatures;
  /** Absent until the manifest that holds the plugin was read. */
  readonly plugin?: PluginManifest;
  /** The plugin's name as the caller knows it: from lock, receipt or `--plugin`. */
  readonly expectedName?: string | undefined;
}

/** What a receipt, or a lock, says of a plugin that is there, or would be. */
export interface PluginFacts {
  readonly name: string;
  readonly version?: string;
  readonly digest: string;
  /** The name of the file that it came from, if not from a store. */
  readonly file?: string;
  readonly trust:
    | { readonly kind: 'signed'; readonly signers: readonly SignerName[] }
    | { readonly kind: 'unsigned' };
}

export type RecordedTrust =
  | { readonly kind: 'signed'; readonly signers: readonly KnownSigner[] }
  | { readonly kind: 'unsigned' };

/** May this artifact, which may be here, replace what is here? */
export interface ReplacementQuestion {
  readonly way: 'install' | 'rollback';
  readonly installed: PluginFacts;
  readonly offered: PluginFacts;
  /** Whether the offered version is lower than the installed one, as Kong compares them. */
  readonly isLower: boolean;
  /** Whether a policy binds the node: then no flag lets anything unsigned replace what is signed. */
  readonly underPolicy: boolean;
  readonly consents: Consents;
}

/** What somebody said on the command line to what is refused otherwise. */
export interface Consents {
  /** `--allow-downgrade` */
  readonly allowDowngrade?: boolean;
  /** `--allow-unsigned`: a rollback may lead from what is signed to what is not; no install may. */
  readonly allowUnsigned?: boolean;
  /** `--allow-signer-change`; `--plugin NAME` too, where nobody has to name the plugin. */
  readonly takesOtherSigners?: boolean;
}

export interface TrustQuestion {
  readonly artifact?: ArtifactQuestion;
  readonly replacement?: ReplacementQuestion;
}

/** The answer, and why. */
export type TrustDecision = {
  /** What each policy says, rule by rule and signature by signature. */
  readonly policies: readonly PolicyDecision[];
} & (
  | {
      readonly allowed: true;
      /** Who vouches for the artifact; absent until everything about it is known. */
      readonly trust?: TrustBasis;
    }
  | {
      readonly allowed: false;
      /** Why not, with its code and what to do: an error to throw. */
      readonly refusal: unknown;
    }
);
