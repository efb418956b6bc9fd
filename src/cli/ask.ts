import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { Context } from './context.ts';

/** Where a prompt of @clack/prompts reads and writes. */
export interface PromptPlace {
  readonly input: Context['stdin'];
  readonly output: Context['stderr'];
  readonly signal: AbortSignal;
}

/**
 * Puts one question on the terminal. Ctrl-C, Ctrl-D and a terminal that is gone are no answer.
 * @param question gives the answer, or a symbol in place of none
 * @param refusal what then is said, and what to do
 * @throws KongcrateError INTERRUPTED
 */
export async function ask<Answer>(
  context: Context,
  question: (place: PromptPlace) => Promise<Answer>,
  refusal: { readonly message: string; readonly remedy: string },
): Promise<Exclude<Answer, symbol>> {
  const { stdin: input, stderr: output } = context;
  const { signal, stopWatching } = watchEnd(context);
  const answer = await question({ input, output, signal }).finally(stopWatching);
  if (typeof answer !== 'symbol') return answer as Exclude<Answer, symbol>;
  throw new KongcrateError('INTERRUPTED', refusal.message, { remedy: refusal.remedy });
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
