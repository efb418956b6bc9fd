import { isEncryptedKey, openPrivateKey } from '../signing/private-key.ts';
import { createKeySigner, type Signer } from '../signing/signer.ts';
import type { Context } from './context.ts';
import { nameKey } from './name-key.ts';
import { readKeyText } from './read-key-text.ts';
import { readPassword } from './read-password.ts';

/** Opens the private key of `--key` for signing, asking for its password where it has one. */
export async function openSigner(
  name: string,
  options: { readonly context: Context; readonly allowUnencryptedKey?: boolean | undefined },
): Promise<Signer> {
  const pem = readKeyText(name, options.context);
  const password = isEncryptedKey(pem) ? await readPassword(options.context) : undefined;
  try {
    const key = await openPrivateKey(pem, {
      ...(password === undefined ? {} : { password }),
      allowUnencrypted: options.allowUnencryptedKey === true,
    });
    return createKeySigner(key);
  } catch (error) {
    throw nameKey(name, error);
  }
}
