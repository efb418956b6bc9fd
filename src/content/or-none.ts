import { KongcrateError } from '../errors/kongcrate-error.ts';

/** Turns NOT_FOUND, and nothing else, into `undefined`. */
export async function orNone<Result>(read: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof KongcrateError && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}
