import { digestOf } from '../reference/digest.ts';
import { encodeFileBundle } from './bundle.ts';
import { makeSignature, type SigningParty } from './make-signature.ts';
import { readFileBundle } from './read-file-bundle.ts';
import { verifyNewSignature } from './verify-own-signature.ts';

/**
 * Signs a file's bytes, and verifies what came out.
 * @returns a bundle v0.3, as `cosign sign-blob --bundle` of cosign 3 writes it
 * @throws KongcrateError SIGNATURE_MISMATCH when the signer is not who it says, and what the
 *   witnesses throw
 */
export async function signFileBytes(
  file: Uint8Array,
  party: SigningParty & { readonly signal?: AbortSignal },
): Promise<Buffer> {
  const bundle = encodeFileBundle(file, await makeSignature({ signedBytes: file }, party));
  const candidate = { source: 'the new bundle', ...readFileBundle(bundle, file) };
  const own = { digest: digestOf(file), signer: party.signer, annotations: {} };
  await verifyNewSignature(candidate, own, party);
  return bundle;
}
