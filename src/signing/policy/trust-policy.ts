import type { Digest } from '../../reference/digest.ts';
import type { SignerDemand } from '../signer-demand.ts';
import type { TextDemand } from '../text-demand.ts';
import type { RepositoryPattern } from './repository-pattern.ts';

/** Whom to trust for which repository: the `trust:` mapping of a file. */
export interface TrustPolicy {
  /** The file, as messages name it. */
  readonly file: string;
  /** The first one that takes a repository decides; where none does, it is refused. */
  readonly rules: readonly TrustRule[];
  readonly revoked: Revoked;
  /** The JSON of the trusted root that certificates are held against; the public-good one unless told. */
  readonly trustedRoot?: string;
}

export interface TrustRule {
  /** Its line in the file. */
  readonly line: number;
  readonly repositories: readonly RepositoryPattern[];
  /** Any of them may sign. */
  readonly signers: readonly SignerDemand[];
  /** How many distinct signers there must be. */
  readonly threshold: number;
  /** `required`: a signature counts only with an entry in a log that the trusted root knows. */
  readonly log: 'required' | 'optional';
  /** `strict`: a signature counts only if it signs the repository's name. */
  readonly repository?: 'strict';
  /** `allow`: what nobody signed is let through, if every place says that there is no signature. */
  readonly unsigned?: 'allow';
  /** A signature counts so long after a log or a timestamp authority saw it. */
  readonly maximumSignatureAgeDays?: number;
  /** `forbid`: `--allow-downgrade` is refused. */
  readonly downgrade?: 'forbid';
  /** `required`: name and version of the plugin must stand in the signed manifest. */
  readonly signedNames?: 'required';
}

/** What is no longer trusted, whatever a rule says. */
export interface Revoked {
  /** Of subject, manifest or layer. */
  readonly digests: ReadonlySet<Digest>;
  /** sha256 over the SubjectPublicKeyInfo, lower-case hex. */
  readonly keyIds: ReadonlySet<string>;
  readonly identities: readonly RevokedIdentity[];
}

/** Whose certificates no longer count; without one of the two, any. */
export interface RevokedIdentity {
  readonly identity?: TextDemand;
  readonly issuer?: TextDemand;
}
