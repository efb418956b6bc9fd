import { listGenerations, readReceipt } from './generations.ts';

/**
 * The generation that was live at a time: what a program that was started then has loaded. Where it
 * is no longer kept, the oldest that is: what came next.
 * @param root the Lua root without links
 * @param timeMs milliseconds since 1970
 * @returns 0 for the time before the first
 * @throws KongcrateError INSTALL_FAILED when a receipt is damaged
 */
export function generationAt(root: string, timeMs: number): number {
  const kept = listGenerations(root);
  const found = kept.findLast(
    (generation) => Date.parse(readReceipt(root, generation).createdAt) <= timeMs,
  );
  const [oldest = 0] = kept;
  return found ?? (oldest === 1 ? 0 : oldest);
}
