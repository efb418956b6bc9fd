import type { CallOptions } from '../content/content-store.ts';
import type { SigningParty } from '../signing/make-signature.ts';
import type { Signer } from '../signing/signer.ts';

/**
 * Who signs. A signer that has to be opened, by a password or by a certificate that lasts for
 * minutes, is opened when nothing else stands in the way.
 */
export interface LazyParty extends Omit<SigningParty, 'signer'> {
  readonly signer: Signer | (() => Promise<Signer>);
}

/** Opens the signer. */
export async function openParty<Options extends LazyParty & CallOptions>(
  options: Options,
): Promise<Options & { readonly signer: Signer }> {
  const { signer } = options;
  return { ...options, signer: typeof signer === 'function' ? await signer() : signer };
}
