import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { Call } from './action.ts';
import { ask } from './ask.ts';
import { isInteractive } from './context.ts';

const PUBLIC =
  'The log keeps for everybody and for ever: the digest that is signed, the signature, and the key or the certificate with the name in it.';
const REMEDY =
  'Nothing was pushed. Run the command again and agree, or with --yes; with --key and without --tlog nothing is logged.';

/**
 * Says what a public log keeps; where somebody sits at the terminal they have to agree.
 * @throws KongcrateError INTERRUPTED
 */
export async function agreeToLog(call: Call, flags: { readonly yes?: true }): Promise<void> {
  const { context } = call;
  if (flags.yes || !isInteractive(context)) {
    call.note(PUBLIC);
    return;
  }
  const { confirm } = await import('@clack/prompts');
  const refusal = { message: 'you did not agree to what the log keeps', remedy: REMEDY };
  const message = `${PUBLIC} Do you agree?`;
  const agreed = await ask(
    context,
    (place) => confirm({ message, initialValue: false, ...place }),
    refusal,
  );
  if (!agreed) throw new KongcrateError('INTERRUPTED', refusal.message, { remedy: REMEDY });
}
