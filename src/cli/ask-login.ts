import { text } from 'node:stream/consumers';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { ForeignRealm } from '../workflows/login.ts';
import { isInteractive, type Context } from './context.ts';

export interface LoginFlags {
  readonly username?: string;
  readonly passwordStdin?: true;
}

/**
 * A user name and a password: from the flags and standard input, else asked for on a terminal.
 * Of what comes by standard input one line end is cut, as docker does.
 * @throws KongcrateError USAGE, INTERRUPTED
 */
export async function readLogin(
  flags: LoginFlags,
  context: Context,
): Promise<{ username: string; password: string }> {
  if (flags.passwordStdin) {
    if (flags.username === undefined)
      throw new KongcrateError('USAGE', '--password-stdin needs a user name', {
        remedy: 'Add -u NAME.',
      });
    const input = await text(context.stdin);
    return { username: flags.username, password: input.replace(/\r?\n$/, '') };
  }
  if (!isInteractive(context))
    throw new KongcrateError('USAGE', 'there is no terminal to ask for the password', {
      remedy: 'Give -u NAME --password-stdin and the password on standard input.',
    });
  const { password, text: ask } = await import('@clack/prompts');
  const username =
    flags.username ?? (await answered(ask({ message: 'User name', ...on(context) })));
  const message = 'Password or access token';
  return { username, password: await answered(password({ message, ...on(context) })) };
}

/** Asks whether credentials may go to a host other than the registry's; undefined without a terminal. */
export function realmQuestion(
  context: Context,
): ((realm: ForeignRealm) => Promise<boolean>) | undefined {
  if (!isInteractive(context)) return undefined;
  return async ({ registry, authHost }) => {
    const { confirm } = await import('@clack/prompts');
    const message = `${registry} checks logins at another host, ${authHost}. Send the password there, now and in future?`;
    return answered(confirm({ message, initialValue: false, ...on(context) }));
  };
}

function on(context: Context): {
  input: Context['stdin'];
  output: Context['stderr'];
  signal: AbortSignal;
} {
  return { input: context.stdin, output: context.stderr, signal: context.signal };
}

async function answered<Answer>(prompt: Promise<Answer>): Promise<Exclude<Answer, symbol>> {
  const answer = await prompt;
  if (typeof answer !== 'symbol') return answer as Exclude<Answer, symbol>;
  throw new KongcrateError('INTERRUPTED', 'no answer was given; nothing was stored', {
    remedy: 'Run the command again.',
  });
}
