import { addAbortSignal } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Context } from './context.ts';

/** All of standard input. */
export function readAll({ signal, stdin }: Context): Promise<Buffer> {
  return buffer(addAbortSignal(signal, stdin));
}
