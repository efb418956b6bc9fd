import type { PluginReceipt } from '../install/receipt.ts';
import { readPublicKey } from '../signing/public-key.ts';
import type { TrustOptions } from './create-verifier.ts';

/**
 * The trust that stands in a receipt, for commands that name no signer themselves: the keys that
 * vouched when the plugin was installed. Keys on the command line narrow it, never widen it.
 */
export function recordedTrust<Options extends TrustOptions>(
  receipt: PluginReceipt,
  options: Options,
): Options & { readonly allowUnsigned: boolean } {
  const given = options.keys ?? [];
  if (given.length > 0) return { ...options, allowUnsigned: false };
  if (receipt.trust.kind === 'unsigned') return { ...options, allowUnsigned: true };
  const keys = receipt.trust.signers.map(({ publicKey }) => readPublicKey(publicKey));
  // All who vouched then must vouch again, unless a threshold says otherwise.
  return { threshold: keys.length, ...options, keys, allowUnsigned: false };
}
