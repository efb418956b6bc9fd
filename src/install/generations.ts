import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf, messageOf } from '../errors/kongcrate-error.ts';
import { decodeReceipt } from './decode-receipt.ts';
import { damagedState } from './install-failure.ts';
import { lookAt } from './install-root.ts';
import { generationPath, statePath } from './node-paths.ts';
import type { PluginReceipt, Receipt } from './receipt.ts';

/**
 * The live generation, `undefined` when nothing was ever installed.
 * @throws KongcrateError INSTALL_FAILED when `current` is gone or leads nowhere
 */
export function readCurrent(root: string): number | undefined {
  const path = statePath(root, 'current');
  const text = readLink(path);
  const generations = listGenerations(root);
  const newest = generations.at(-1);
  const remedy = `Point it at a generation again: ln -sfn generations/${newest ?? 1} ${path}`;
  if (text === undefined) {
    // Generation 1 alone is a first install that ended before its switch.
    if (newest === undefined || newest === 1) return undefined;
    throw damagedState(path, 'is not a link, although there are generations', remedy);
  }
  const current = generations.find((generation) => text === `generations/${generation}`);
  if (current === undefined)
    throw damagedState(path, `leads to ${JSON.stringify(text)}, which is no generation`, remedy);
  return current;
}

/** The numbers of all generations on the disk, ascending. */
export function listGenerations(root: string): readonly number[] {
  return listDirectory(statePath(root, 'generations'))
    .filter((name) => /^[1-9][0-9]{0,14}$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}

/**
 * Reads the receipt of a generation.
 * @throws KongcrateError INSTALL_FAILED when it is missing, damaged or of another schema
 */
export function readReceipt(root: string, generation: number): Receipt {
  const path = join(generationPath(root, generation), 'receipt.json');
  try {
    const receipt = decodeReceipt(readFileSync(path));
    if (receipt.generation === generation) return receipt;
    throw new Error(`is the one of generation ${receipt.generation}`);
  } catch (error) {
    const what = errnoOf(error) === 'ENOENT' ? 'is missing' : messageOf(error);
    throw damagedState(
      path,
      `cannot be used: it ${what}`,
      'Restore the file from a backup, or remove .kongcrate and the links into it and install again.',
    );
  }
}

export interface LiveState {
  /** `undefined` when nothing was ever installed. */
  readonly generation: number | undefined;
  readonly plugins: ReadonlyMap<string, PluginReceipt>;
}

/**
 * What is installed now, by the live generation's receipt.
 * @throws KongcrateError INSTALL_FAILED when `current` or the receipt is damaged
 */
export function readLive(root: string): LiveState {
  const generation = readCurrent(root);
  if (generation === undefined) return { generation, plugins: new Map() };
  return { generation, plugins: readReceipt(root, generation).plugins };
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

/** The text of a symbolic link, `undefined` when there is none at that path. */
export function readLink(path: string): string | undefined {
  return lookAt(path)?.isSymbolicLink() === true ? readlinkSync(path) : undefined;
}

/** The names in a directory, none when it does not exist. */
export function listDirectory(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}
