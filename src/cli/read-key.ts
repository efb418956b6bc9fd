import { fstatSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { isEncryptedKey, openPrivateKey } from '../signing/private-key.ts';
import { readPublicKey, type PublicKey } from '../signing/public-key.ts';
import { createKeySigner, type Signer } from '../signing/signer.ts';
import { readSourceFile } from '../workflows/read-source-tree.ts';
import { isInteractive, type Context } from './context.ts';

const ENVIRONMENT_SCHEME = 'env://';

/** Reads the PEM text that `--key FILE|env://VAR` names. */
export function readKeyText(name: string, context: Context): string {
  if (name.startsWith(ENVIRONMENT_SCHEME)) {
    const variable = name.slice(ENVIRONMENT_SCHEME.length);
    const value = context.environment[variable];
    if (value !== undefined && value !== '') return value;
    throw new KongcrateError('KEY_INVALID', `the environment has no variable ${variable}`, {
      remedy: `Set ${variable} to the PEM text of the key.`,
    });
  }
  if (/^[a-z0-9+.-]+:\/\//i.test(name))
    throw new KongcrateError('USAGE', `keys of the kind ${name} are not supported`, {
      remedy: 'Give a file, or env://VARIABLE.',
    });
  return readSourceFile(name).toString('utf8');
}

/** Reads the public keys of `--key`, repeated. */
export function readPublicKeys(
  names: readonly string[] | undefined,
  context: Context,
): PublicKey[] {
  return (names ?? []).map((name) => readPublicKey(readKeyText(name, context)));
}

/** Opens the private key of `--key` for signing, asking for its password where it has one. */
export async function openSigner(
  name: string,
  options: { readonly context: Context; readonly allowUnencryptedKey?: boolean | undefined },
): Promise<Signer> {
  const pem = readKeyText(name, options.context);
  const password = isEncryptedKey(pem) ? await readPassword(options.context) : undefined;
  const key = await openPrivateKey(pem, {
    ...(password === undefined ? {} : { password }),
    allowUnencrypted: options.allowUnencryptedKey === true,
  });
  return createKeySigner(key);
}

/**
 * The password of a private key, where cosign looks for it: COSIGN_PASSWORD (an empty one
 * counts), a prompt on a terminal, else all of a piped standard input, line feed included.
 * @param repeat asks twice: for a new key
 */
export async function readPassword(context: Context, repeat = false): Promise<Uint8Array> {
  const fromEnvironment = context.environment['COSIGN_PASSWORD'];
  if (fromEnvironment !== undefined) return Buffer.from(fromEnvironment, 'utf8');
  if (isInteractive(context)) return askPassword(context, repeat);
  if (isPiped(context)) return buffer(context.stdin);
  throw new KongcrateError('KEY_PASSWORD', 'there is no terminal to ask for the key password', {
    remedy: 'Set COSIGN_PASSWORD (empty for a key without password).',
  });
}

async function askPassword(context: Context, repeat: boolean): Promise<Uint8Array> {
  const { isCancel, password } = await import('@clack/prompts');
  const ask = async (message: string): Promise<string> => {
    const answer = await password({
      message,
      input: context.stdin,
      output: context.stderr,
      signal: context.signal,
    });
    if (!isCancel(answer)) return answer;
    throw new KongcrateError('INTERRUPTED', 'no password was given', {
      remedy: 'Run the command again, or set COSIGN_PASSWORD.',
    });
  };
  const first = await ask('Password of the private key');
  if (repeat && (await ask('The same password again')) !== first)
    throw new KongcrateError('KEY_PASSWORD', 'the two passwords differ', {
      remedy: 'Run the command again.',
    });
  return Buffer.from(first, 'utf8');
}

/** A pipe or a file that may carry the password; /dev/null and closed descriptors do not. */
function isPiped(context: Context): boolean {
  if (!('fd' in context.stdin) || typeof context.stdin.fd !== 'number') return true;
  try {
    const stats = fstatSync(context.stdin.fd);
    return stats.isFIFO() || stats.isSocket() || stats.isFile();
  } catch {
    return false;
  }
}
