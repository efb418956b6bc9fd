import { KongcrateError } from '../errors/kongcrate-error.ts';
import { whomToTrust } from '../signing/decision/whom-to-trust.ts';
import { verifyBundle, type VerifiedFile } from '../signing/verify-bundle.ts';
import { givenBy, type TrustOptions } from './create-verifier.ts';
import { readSourceFile } from './read-source-file.ts';

/** The most bytes of a bundle or a trusted root. */
const MAX_BUNDLE_BYTES = 1024 * 1024;

export interface VerifyFileOptions extends Omit<
  TrustOptions,
  'expectedName' | 'maxBundles' | 'stopOnceSigned'
> {
  /** The path of the sigstore bundle that vouches for the file. */
  readonly bundle: string;
  /** The predicate type of an in-toto statement about the file, in place of a signature. */
  readonly attestation?: string;
}

/**
 * Verifies who signed a file, offline.
 * @throws KongcrateError SOURCE_UNREADABLE, CONTENT_INVALID, SIGNATURE_MISMATCH,
 *   CERTIFICATE_MISMATCH, TRUST_MISSING, TRUSTED_ROOT_INVALID, USAGE
 */
export function verifyFile(path: string, options: VerifyFileOptions): Promise<VerifiedFile> {
  refusePolicies(options);
  const file = readSourceFile(path);
  const bundle = readSourceFile(options.bundle, MAX_BUNDLE_BYTES);
  const { attestation } = options;
  return verifyBundle({ name: path, file, bundle, attestation }, whomToTrust(givenBy(options)));
}

/** The rules of a policy are about repositories: none could allow a file, and all would be skipped. */
function refusePolicies({ policies: [policy] = [] }: VerifyFileOptions): void {
  if (!policy) return;
  throw new KongcrateError(
    'USAGE',
    `${policy.file} has rules for repositories, and a file has none`,
    {
      remedy: 'Verify the artifact by its reference.',
    },
  );
}
