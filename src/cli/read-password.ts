import { fstatSync } from 'node:fs';
import { addAbortSignal } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { ask } from './ask.ts';
import { isInteractive, type Context } from './context.ts';

/**
 * The password of a private key, where cosign looks for it: COSIGN_PASSWORD (an empty one
 * counts), a prompt on a terminal, else all of a piped standard input, line feed included.
 * @param repeat asks twice: for a new key
 */
export async function readPassword(context: Context, repeat = false): Promise<Uint8Array> {
  const fromEnvironment = context.environment['COSIGN_PASSWORD'];
  if (fromEnvironment !== undefined) return Buffer.from(fromEnvironment, 'utf8');
  if (isInteractive(context)) return askPassword(context, repeat);
  if (isPiped(context)) return buffer(addAbortSignal(context.signal, context.stdin));
  throw new KongcrateError('KEY_PASSWORD', 'there is no terminal to ask for the key password', {
    remedy: 'Set COSIGN_PASSWORD (empty for a key without password).',
  });
}

async function askPassword(context: Context, repeat: boolean): Promise<Uint8Array> {
  const { password } = await import('@clack/prompts');
  const askFor = (message: string): Promise<string> =>
    ask(context, (place) => password({ message, ...place }), {
      message: 'no password was given',
      remedy: 'Run the command again, or set COSIGN_PASSWORD.',
    });
  const first = await askFor('Password of the private key');
  if (repeat && (await askFor('The same password again')) !== first)
    throw new KongcrateError('KEY_PASSWORD', 'the two passwords differ', {
      remedy: 'Run the command again.',
    });
  return Buffer.from(first, 'utf8');
}

/** A pipe or a file that may carry the password; /dev/null, closed and read ones do not. */
function isPiped(context: Context): boolean {
  if (context.stdin.readableEnded) return false;
  if (!('fd' in context.stdin) || typeof context.stdin.fd !== 'number') return true;
  try {
    const stats = fstatSync(context.stdin.fd);
    return stats.isFIFO() || stats.isSocket() || stats.isFile();
  } catch {
    return false;
  }
}
