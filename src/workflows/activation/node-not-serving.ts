import { KongcrateError } from '../../errors/kongcrate-error.ts';

/** An activation failed, and so did the way back: nobody knows what the node serves. */
export function nodeNotServing(why: string, problem: string, cause?: unknown): KongcrateError {
  return new KongcrateError('NODE_NOT_SERVING', `${why}; and going back failed: ${problem}`, {
    remedy: 'Look at the node now: kongcrate doctor says what is wrong with it.',
    details: { reason: problem },
    cause,
  });
}
