import { digestOf } from '../reference/digest.ts';
import { encodeFileBundle } from './bundle.ts';
import { readFileBundle } from './read-file-bundle.ts';
import type { Signer } from './signer.ts';
import { verifyOwnSignature } from './verify-own-signature.ts';

/**
 * Signs a file's bytes, and verifies what came out.
 * @returns a bundle v0.3, as `cosign sign-blob --bundle` of cosign 3 writes it
 * @throws KongcrateError SIGNATURE_MISMATCH when the signer is not who it says
 */
export async function signFileBytes(file: Uint8Array, signer: Signer): Promise<Buffer> {
  const { signature } = await signer.sign(file);
  const bundle = encodeFileBundle(file, signature, signer.identity);
  const candidate = { source: 'the new bundle', ...readFileBundle(bundle, file) };
  const own = { digest: digestOf(file), key: signer.identity, annotations: {} };
  verifyOwnSignature(candidate, own);
  return bundle;
}
