import { listGenerations, readReceipt } from './generations.ts';

/**
 * The generation that was live at a time: what a program that was started then has loaded.
 * @param root the Lua root without links
 * @param timeMs milliseconds since 1970
 * @returns `undefined` where none was, or none of that time is kept
 * @throws KongcrateError INSTALL_FAILED when a receipt is damaged
 */
export function generationAt(root: string, timeMs: number): number | undefined {
  return listGenerations(root).findLast(
    (generation) => Date.parse(readReceipt(root, generation).createdAt) <= timeMs,
  );
}
