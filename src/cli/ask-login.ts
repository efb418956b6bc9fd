import { addAbortSignal } from 'node:stream';
import { text } from 'node:stream/consumers';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { ForeignRealm } from '../workflows/login.ts';
import { ask } from './ask.ts';
import { isInteractive, type Context } from './context.ts';

export interface LoginFlags {
  readonly username?: string | undefined;
  readonly passwordStdin?: true | undefined;
}

/**
 * A user name and a password: from the flags and standard input, else asked for on a terminal.
 * Of what comes by standard input one line end is cut, as docker does.
 * @param nameFlag what the user name is called on this command line
 * @throws KongcrateError USAGE, INTERRUPTED
 */
export async function readLogin(
  flags: LoginFlags,
  context: Context,
  nameFlag: string,
): Promise<{ username: string; password: string }> {
  if (flags.passwordStdin) {
    if (flags.username === undefined)
      throw new KongcrateError('USAGE', '--password-stdin needs a user name', {
        remedy: `Add ${nameFlag} NAME.`,
      });
    const input = await text(addAbortSignal(context.signal, context.stdin));
    return { username: flags.username, password: input.replace(/\r?\n$/, '') };
  }
  if (!isInteractive(context))
    throw new KongcrateError('USAGE', 'there is no terminal to ask for the password', {
      remedy: `Give ${nameFlag} NAME --password-stdin and the password on standard input.`,
    });
  const prompts = await import('@clack/prompts');
  const username =
    flags.username ??
    (await ask(context, (on) => prompts.text({ message: 'User name', ...on }), NO_ANSWER));
  const message = 'Password or access token';
  const password = await ask(context, (on) => prompts.password({ message, ...on }), NO_ANSWER);
  return { username, password };
}

/** Asks whether credentials may go to a host other than the registry's; undefined without a terminal. */
export function realmQuestion(
  context: Context,
): ((realm: ForeignRealm) => Promise<boolean>) | undefined {
  if (!isInteractive(context)) return undefined;
  return async ({ registry, authHost }) => {
    const { confirm } = await import('@clack/prompts');
    const message = `${registry} checks logins at another host, ${authHost}. Send the password there, now and in future?`;
    return ask(context, (on) => confirm({ message, initialValue: false, ...on }), NO_ANSWER);
  };
}

const NO_ANSWER = {
  message: 'no answer was given; nothing was stored',
  remedy: 'Run the command again.',
} as const;
