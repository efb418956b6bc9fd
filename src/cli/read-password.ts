import { fstatSync } from 'node:fs';
import { addAbortSignal } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { KongcrateError } from '../errors/kongcrate-error.ts';
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
  const { isCancel, password } = await import('@clack/prompts');
  const ask = async (message: string): Promise<string> => {
    const input = watchEnd(context);
    const answer = await password({
      message,
      input: context.stdin,
      output: context.stderr,
      signal: input.signal,
    }).finally(input.stopWatching);
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

/** The prompt itself waits for ever once its input has ended, by Ctrl-D or a terminal that is gone. */
function watchEnd({ stdin, signal }: Context): { signal: AbortSignal; stopWatching: () => void } {
  const ended = new AbortController();
  const onEnd = (): void => {
    ended.abort();
  };
  const onKey = (
    _text: unknown,
    key?: { readonly ctrl?: boolean; readonly name?: string },
  ): void => {
    if (key?.ctrl === true && key.name === 'd') onEnd();
  };
  stdin.once('end', onEnd).on('keypress', onKey);
  const stopWatching = (): void => {
    stdin.off('end', onEnd).off('keypress', onKey);
  };
  return { signal: AbortSignal.any([signal, ended.signal]), stopWatching };
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
