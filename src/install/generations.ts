import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../errors/kongcrate-error.ts';
import { decodeReceipt } from './decode-receipt.ts';
import { damagedState } from './install-failure.ts';
import { listDirectory, lookAt, readLink } from './look-at.ts';
import { generationPath, statePath } from './node-paths.ts';
import { readPlainFile } from '../system/read-plain-file.ts';
import type { PluginReceipt, Receipt } from './receipt.ts';

/** What `current` says until the first switch. */
export const BEFORE_THE_FIRST = 'generations/0';

/** Room for a million files: a receipt holds some 200 bytes for each. */
const MAX_RECEIPT_BYTES = 256 * 1024 * 1024;

/**
 * The live generation, `undefined` when nothing was ever installed. `current` is there before the
 * first generation is, so one that is gone is damage and never a first install that was cut off.
 * @param looks how often to start over when a switch came between two looks at the disk
 * @throws KongcrateError INSTALL_FAILED when `current` is gone or leads nowhere
 */
export function readCurrent(root: string, looks = 10): number | undefined {
  const path = statePath(root, 'current');
  const text = readLink(path);
  const generations = listGenerations(root);
  if (text === BEFORE_THE_FIRST || (text === undefined && generations.length === 0))
    return undefined;
  const current = generations.find((generation) => text === `generations/${generation}`);
  if (current !== undefined) return current;
  if (looks > 1 && readLink(path) !== text) return readCurrent(root, looks - 1);
  const isTaken = text === undefined && lookAt(path) !== undefined;
  throw damagedState(
    path,
    text === undefined
      ? `is ${isTaken ? 'no link' : 'gone'}, although there are generations`
      : `leads to ${JSON.stringify(text)}, which is no generation`,
    `${isTaken ? 'Move it away, then point' : 'Point'} it at a generation again: ` +
      `ln -sfn generations/${generations.at(-1) ?? 1} ${path}`,
  );
}

/** The numbers of all generations on the disk, ascending; a link in place of one is none. */
export function listGenerations(root: string): readonly number[] {
  return listDirectory(statePath(root, 'generations'))
    .filter((name) => /^[1-9][0-9]{0,14}$/.test(name))
    .map(Number)
    .filter((generation) => lookAt(generationPath(root, generation))?.isDirectory())
    .sort((a, b) => a - b);
}

/**
 * Reads the receipt of a generation.
 * @throws KongcrateError INSTALL_FAILED when it is missing, damaged or of another schema; errno
 *   errors when it cannot be read, which says nothing about the file
 */
export function readReceipt(root: string, generation: number): Receipt {
  const path = join(generationPath(root, generation), 'receipt.json');
  const bytes = readPlainFile(path, MAX_RECEIPT_BYTES);
  try {
    if (!bytes) throw new Error(lookAt(path) ? 'is no file, or a huge one' : 'is missing');
    const receipt = decodeReceipt(bytes);
    if (receipt.generation === generation) return receipt;
    throw new Error(`is the one of generation ${receipt.generation}`);
  } catch (error) {
    throw damagedState(
      path,
      `cannot be used: it ${messageOf(error)}`,
      `Use the newest kongcrate. If the file is damaged, restore it, or ${wayOut(root, generation)}`,
    );
  }
}

function wayOut(root: string, generation: number): string {
  const current = statePath(root, 'current');
  if (readLink(current) !== `generations/${generation}`)
    return `remove ${generationPath(root, generation)}: it is only there to go back to.`;
  const before = listGenerations(root).findLast((other) => other < generation);
  return before === undefined
    ? 'remove .kongcrate and the links into it and install again.'
    : `make generation ${before} live (ln -sfn generations/${before} ${current}) and install again.`;
}

export interface LiveState {
  /** `undefined` when nothing was ever installed. */
  readonly generation: number | undefined;
  readonly plugins: ReadonlyMap<string, PluginReceipt>;
}

/**
 * What is installed now, by the live generation's receipt.
 * @param looks how often to start over when the generation was pruned meanwhile
 * @throws KongcrateError INSTALL_FAILED when `current` or the receipt is damaged
 */
export function readLive(root: string, looks = 10): LiveState {
  const generation = readCurrent(root);
  if (generation === undefined) return { generation, plugins: new Map() };
  try {
    return { generation, plugins: readReceipt(root, generation).plugins };
  } catch (error) {
    if (looks > 1 && readCurrent(root) !== generation) return readLive(root, looks - 1);
    throw error;
  }
}

/** The links of a generation, by path relative to the Lua root, with their texts. */
export function linksOfGeneration(root: string, generation: number): ReadonlyMap<string, string> {
  const links = new Map<string, string>();
  const base = generationPath(root, generation);
  const walk = (directory: string): void => {
    for (const entry of readdirSync(join(base, directory), { withFileTypes: true })) {
      const path = directory === '' ? entry.name : `${directory}/${entry.name}`;
      if (entry.isDirectory()) walk(path);
      if (entry.isSymbolicLink()) links.set(path, readlinkSync(join(base, path)));
    }
  };
  walk('');
  return links;
}
