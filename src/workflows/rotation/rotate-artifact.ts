import type { SignatureFormat, VerifiedSubject } from '../../content/verified-subject.ts';
import { KongcrateError } from '../../errors/kongcrate-error.ts';
import type { Digest } from '../../reference/digest.ts';
import type { Signer } from '../../signing/signer.ts';
import { createVerifier, type TrustOptions } from '../create-verifier.ts';
import type { OpenedReference } from '../open-store.ts';
import { signAndReadBack, type WrittenSignature } from '../sign-and-read-back.ts';
import { claimsToRepeat } from './claims-to-repeat.ts';
import type { TaggedArtifact } from './list-tagged.ts';
import { missingFormats } from './missing-formats.ts';
import type { RotationOptions } from './rotate-signatures.ts';

/** What became of one digest. */
export interface RotatedArtifact {
  readonly reference: string;
  readonly digest: Digest;
  readonly tags: readonly string[];
  /**
   * - `signed`: the new signer signed it now
   * - `present`: it had signed it before
   * - `verified`: an old key signed it; nothing was to be written
   * - `refused`: no old key signed it, or a policy is against it; it was left alone
   * - `incomplete`: the store did not take every signature; `problem` says which
   */
  readonly state: 'signed' | 'present' | 'verified' | 'refused' | 'incomplete';
  readonly signatures: readonly WrittenSignature[];
  readonly problem?: KongcrateError;
}

export interface Rotation {
  readonly opened: OpenedReference;
  readonly options: RotationOptions;
  /** Asks for a password or a certificate once, and not before something is to be signed. */
  readonly openParty: () => Promise<RotationOptions & { readonly signer: Signer }>;
}

/** Signs one artifact anew, if an old key signed it. */
export async function rotateArtifact(
  tagged: TaggedArtifact,
  rotation: Rotation,
): Promise<RotatedArtifact> {
  const { opened, options } = rotation;
  const { digest } = tagged.descriptor;
  const base = {
    ...{ reference: opened.format({ digest }), digest, tags: tagged.tags },
    signatures: [],
  };
  const verified = await orProblem(isVerdict, () =>
    verify(tagged, rotation, { keys: options.oldKeys, policies: options.policies ?? [] }),
  );
  if (verified instanceof KongcrateError) return { ...base, state: 'refused', problem: verified };
  if (options.dryRun === true) return { ...base, state: 'verified' };
  const signatures = await orProblem(isRefusal, () => signAnew(tagged, rotation, verified));
  if (signatures instanceof KongcrateError)
    return { ...base, state: 'incomplete', problem: signatures };
  const isNew = signatures.some(({ state }) => state === 'added');
  return { ...base, state: isNew ? 'signed' : 'present', signatures };
}

function verify(
  { descriptor }: TaggedArtifact,
  { opened: { repository, store, signatures }, options }: Rotation,
  trust: TrustOptions,
): Promise<VerifiedSubject> {
  const { trustedRoot } = options;
  const verifier = createVerifier({
    ...trust,
    ...(trustedRoot === undefined ? {} : { trustedRoot }),
  });
  return verifier.verify({ repository, descriptor }, store, { ...options, signatures });
}

async function signAnew(
  tagged: TaggedArtifact,
  rotation: Rotation,
  verified: VerifiedSubject,
): Promise<readonly WrittenSignature[]> {
  const { repository, signatures, store } = rotation.opened;
  const party = await rotation.openParty();
  const { format = 'both', annotations, oldKeys } = party;
  const wanted: readonly SignatureFormat[] = format === 'both' ? ['legacy', 'bundle'] : [format];
  const [first, second] = await missingFormats(wanted, party.signer, (trust) =>
    verify(tagged, rotation, trust),
  );
  if (first === undefined) return [];
  const claims = claimsToRepeat(verified, oldKeys);
  return signAndReadBack(
    signatures?.store ?? store,
    { repository, descriptor: tagged.descriptor },
    {
      ...party,
      ...{ repository, ...claims },
      annotations: { ...claims.annotations, ...annotations },
      format: second === undefined ? first : 'both',
      createdAt: party.createdAt ?? new Date(),
    },
  );
}

/** What is wrong with this artifact, and not with all of them. */
const isVerdict = ({ category }: KongcrateError): boolean =>
  category === 'trust' || category === 'content';

/** Immutable tags, or a `.sig` tag that is full: another artifact may still take a signature. */
const isRefusal = ({ code }: KongcrateError): boolean =>
  code === 'REGISTRY_ERROR' || code === 'CONTENT_TOO_LARGE';

async function orProblem<Result>(
  isProblem: (error: KongcrateError) => boolean,
  work: () => Promise<Result>,
): Promise<Result | KongcrateError> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof KongcrateError && isProblem(error)) return error;
    throw error;
  }
}
