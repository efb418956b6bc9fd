import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { hexOf } from '../reference/digest.ts';
import { compareFiles, hashFile, type Drift } from './compare-files.ts';
import { isFixedLink } from './fixed-links.ts';
import { readCurrent, readLive } from './generations.ts';
import { asInstallFailure } from './install-failure.ts';
import type { InstallRoot } from './install-root.ts';
import { lookAt, readLink } from './look-at.ts';
import {
  evidencePath,
  generationLinkText,
  generationPath,
  MAX_EVIDENCE_BYTES,
  pluginDirectory,
  storePath,
} from './node-paths.ts';
import { realPathOf } from './real-path.ts';
import type { PluginReceipt } from './receipt.ts';

export type { Drift } from './compare-files.ts';

/** How often a look at a plugin starts over when a switch came in between. */
const LOOKS = 10;

/**
 * Compares what stands on the disk with the receipt of a live plugin: every file is hashed, every
 * link read. Writes nothing and takes no mutex.
 * @param plugin of the live generation, as its receipt was read; once another receipt is live,
 *   nothing has to be as this one says, and so nothing has drifted from it
 * @returns paths relative to the Lua root; a file of the plugin is named as Lua sees it
 * @throws KongcrateError INSTALL_FAILED when `current` is damaged or something cannot be read
 */
export function findDrift(root: InstallRoot, plugin: PluginReceipt): readonly Drift[] {
  try {
    const path = realPathOf(root.luaRoot);
    for (let look = 1; ; look += 1) {
      const { generation, plugins } = readLive(path);
      if (generation === undefined || !isDeepStrictEqual(plugins.get(plugin.name), plugin))
        return [];
      const drift = [...findLinkDrift(path, generation, plugin), ...findStoreDrift(path, plugin)];
      if (drift.length === 0 || look === LOOKS || readCurrent(path) === generation) return drift;
    }
  } catch (error) {
    throw asInstallFailure(error);
  }
}

/** The part of {@link findDrift} that holds for plugins of older generations too. */
export function findStoreDrift(root: string, plugin: PluginReceipt): readonly Drift[] {
  const store = storePath(root, plugin.layerDigest);
  const evidence = join(store, evidencePath(plugin.evidence));
  const isUnchanged = hashFile(evidence, MAX_EVIDENCE_BYTES) === hexOf(plugin.evidence);
  const problem = lookAt(evidence) ? 'changed' : 'missing';
  const nameOf = (path: string): string =>
    `${path}/`.startsWith(`${pluginDirectory(plugin.name)}/`) || plugin.links.includes(path)
      ? path
      : relativeTo(root, join(store, path));
  return [
    ...compareFiles(store, plugin).map((drift) => ({ ...drift, path: nameOf(drift.path) })),
    ...(isUnchanged ? [] : [{ path: relativeTo(root, evidence), problem } as const]),
  ];
}

function findLinkDrift(root: string, generation: number, plugin: PluginReceipt): readonly Drift[] {
  return plugin.links.flatMap((path): readonly Drift[] => {
    const inner = join(generationPath(root, generation), path);
    const text = generationLinkText(path, plugin.layerDigest);
    return [
      ...(isFixedLink(root, path)
        ? []
        : [{ path, problem: lookAt(join(root, path)) ? 'taken' : 'missing' } as const]),
      ...(readLink(inner) === text
        ? []
        : [
            { path: relativeTo(root, inner), problem: lookAt(inner) ? 'link' : 'missing' } as const,
          ]),
    ];
  });
}

function relativeTo(root: string, path: string): string {
  return path.slice(root === '/' ? 1 : root.length + 1);
}
