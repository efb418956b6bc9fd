import { join } from 'node:path';
import { hexOf } from '../reference/digest.ts';
import { compareFiles, hashFile, type Drift } from './compare-files.ts';
import { isFixedLink } from './fixed-links.ts';
import { readCurrent, readLink } from './generations.ts';
import { lookAt, realPathOf, type InstallRoot } from './install-root.ts';
import {
  evidencePath,
  generationLinkText,
  generationPath,
  pluginDirectory,
  storePath,
} from './node-paths.ts';
import type { PluginReceipt } from './receipt.ts';

export type { Drift } from './compare-files.ts';

/**
 * Compares what stands on the disk with the receipt of a live plugin: every file is hashed, every
 * link read. Writes nothing and takes no mutex.
 * @param plugin of the live generation
 * @returns paths relative to the Lua root; a file of the plugin is named as Lua sees it
 * @throws KongcrateError INSTALL_FAILED when `current` is damaged
 */
export function findDrift(root: InstallRoot, plugin: PluginReceipt): readonly Drift[] {
  const path = realPathOf(root.luaRoot);
  return [...findLinkDrift(path, plugin), ...findStoreDrift(path, plugin)];
}

/** The part of {@link findDrift} that holds for plugins of older generations too. */
export function findStoreDrift(root: string, plugin: PluginReceipt): readonly Drift[] {
  const store = storePath(root, plugin.layerDigest);
  const evidence = evidencePath(plugin.evidence);
  const found = hashFile(join(store, evidence));
  const problem = found === undefined ? 'missing' : 'changed';
  const nameOf = (path: string): string =>
    `${path}/`.startsWith(`${pluginDirectory(plugin.name)}/`) || plugin.links.includes(path)
      ? path
      : relativeTo(root, join(store, path));
  return [
    ...compareFiles(store, plugin).map((drift) => ({ ...drift, path: nameOf(drift.path) })),
    ...(found === hexOf(plugin.evidence)
      ? []
      : [{ path: relativeTo(root, join(store, evidence)), problem } as const]),
  ];
}

function findLinkDrift(root: string, plugin: PluginReceipt): readonly Drift[] {
  const generation = generationPath(root, readCurrent(root) ?? 0);
  return plugin.links.flatMap((path): readonly Drift[] => {
    const inner = join(generation, path);
    const text = generationLinkText(path, plugin.layerDigest);
    return [
      ...(isFixedLink(root, path) ? [] : [{ path, problem: linkProblem(join(root, path)) }]),
      ...(readLink(inner) === text
        ? []
        : [{ path: relativeTo(root, inner), problem: linkProblem(inner) }]),
    ];
  });
}

function linkProblem(path: string): 'missing' | 'link' {
  return lookAt(path) ? 'link' : 'missing';
}

function relativeTo(root: string, path: string): string {
  return path.slice(root === '/' ? 1 : root.length + 1);
}
