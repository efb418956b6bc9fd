import { existsSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { expect } from 'vitest';
import { versionsRead } from '../install/look-at-node.ts';

/** Version by plugin, `absent` where there is none: what Kong would load. */
export type Versions = Readonly<Record<string, string>>;

/** Reads plugins as Kong does. All files of one must be of one version. */
export function readVersions(root: string, names: readonly string[]): Versions {
  return Object.fromEntries(
    names.map((name) => {
      const versions = new Set(versionsRead(root, name));
      expect([...versions], `${name} is of one version`).toHaveLength(1);
      return [name, [...versions].join()];
    }),
  );
}

/**
 * Reads a Lua root over and over while others change it: no file is ever torn, and the generation
 * that was live when a look began is whole for as long as it is kept.
 * @returns how many looks there were
 */
export async function keepReading(
  luaRoot: string,
  names: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  let looks = 0;
  for (; !signal.aborted; looks += 1) {
    for (const name of names) expect(versionsRead(luaRoot, name)).not.toContain('torn');
    readGeneration(luaRoot, names);
    await setImmediate();
  }
  return looks;
}

function readGeneration(luaRoot: string, names: readonly string[]): void {
  const current = join(luaRoot, '.kongcrate/current');
  if (!existsSync(current)) return;
  const generation = join(luaRoot, '.kongcrate', readlinkSync(current));
  const read = names.map((name) => [name, new Set(versionsRead(generation, name))] as const);
  // Gone now: it was pruned while it was read, which a reader of the live path never sees.
  if (!existsSync(join(generation, 'receipt.json'))) return;
  for (const [name, versions] of read)
    expect([...versions], `${name} in ${generation}`).toHaveLength(1);
}
