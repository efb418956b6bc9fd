import { KongcrateError } from '../../errors/kongcrate-error.ts';
import type { TrustPolicy } from '../../signing/policy/trust-policy.ts';
import type { PublicKey } from '../../signing/public-key.ts';
import { openParty } from '../open-party.ts';
import { openStore, type OpenedReference } from '../open-store.ts';
import type { SignOptions } from '../sign-artifact.ts';
import { listTagged } from './list-tagged.ts';
import { rotateArtifact, type RotatedArtifact } from './rotate-artifact.ts';

export interface RotationOptions extends SignOptions {
  /** Whose signatures are repeated: those of any of these keys. */
  readonly oldKeys: readonly PublicKey[];
  /** Policies that have to allow an artifact as well. */
  readonly policies?: readonly TrustPolicy[];
  /** The text of a trusted root, where the new signer has a certificate. */
  readonly trustedRoot?: string;
  /** Verifies everything, opens no key and writes nothing. */
  readonly dryRun?: boolean;
}

export interface RotationReport {
  readonly repository: string;
  readonly artifacts: readonly RotatedArtifact[];
}

/**
 * Signs anew what is tagged in a repository and verifies with an old key, each digest once, saying
 * what the old key said. Signatures that are there stay; doing it again adds nothing.
 * @param reference a repository or a layout, without tag and digest
 * @throws KongcrateError USAGE, TRUST_MISSING, NOT_FOUND, and what signer and store throw; what
 *   holds for one artifact alone is in the report
 */
export async function rotateSignatures(
  reference: string,
  options: RotationOptions,
): Promise<RotationReport> {
  const opened = await openStore(reference, options);
  refuseLabel(reference, opened);
  let party: ReturnType<typeof openParty<RotationOptions>> | undefined;
  const openOnce = (): NonNullable<typeof party> => (party ??= openParty(options));
  const artifacts = [];
  for (const tagged of await listTagged(opened.store, options))
    artifacts.push(await rotateArtifact(tagged, { opened, options, openParty: openOnce }));
  return { repository: opened.repository, artifacts };
}

function refuseLabel(reference: string, { tag, digest }: OpenedReference): void {
  const label = digest ?? tag;
  if (label === undefined) return;
  throw new KongcrateError('USAGE', `${reference} names ${label}, and all tags are asked for`, {
    remedy: 'Give the repository alone, or leave out --all-tags and --verify-key.',
  });
}
