import { readBlobBundle } from './read-blob-bundle.ts';
import { readBundle, type BundleContent } from './read-bundle.ts';
import type { SignatureCandidate } from './signature-candidate.ts';

/** What stands beside a file, in the form every signature is judged in. */
export type FileBundle = BundleContent & Pick<SignatureCandidate, 'format'>;

/**
 * Reads what vouches for a file: a sigstore bundle, or what `cosign sign-blob --bundle` of cosign 2
 * writes. Nothing in it is believed yet.
 * @throws KongcrateError CONTENT_INVALID, SIGNATURE_MISMATCH
 */
export function readFileBundle(bytes: Uint8Array, file: Uint8Array): FileBundle {
  const text = Buffer.from(bytes).toString('utf8');
  // No sigstore bundle has this key, and readers of either refuse what has both.
  if (!/"base64Signature"/i.test(text)) return { format: 'bundle', ...readBundle(bytes, file) };
  const { signature, proofs } = readBlobBundle(text);
  return { format: 'legacy', content: 'file', signedBytes: file, signature, payload: file, proofs };
}
