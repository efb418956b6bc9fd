import { dirname, join } from 'node:path';
import { makeFixedLinks } from './fixed-links.ts';
import type { CheckedRoot } from './install-root.ts';
import { lookAt, readLink } from './look-at.ts';
import { ensureDirectories, moveAside } from './make-room.ts';
import { generationLinkText, generationPath, temporaryPath } from './node-paths.ts';
import type { PluginReceipt } from './receipt.ts';

/** The links that a generation with these plugins holds: texts by path. */
export function generationLinks(plugins: Iterable<PluginReceipt>): ReadonlyMap<string, string> {
  const links = new Map<string, string>();
  for (const plugin of plugins)
    for (const path of plugin.links) links.set(path, generationLinkText(path, plugin.layerDigest));
  return links;
}

/** Puts back what was changed or removed of the live generation's links and of the fixed ones. */
export function repairLinks(
  root: CheckedRoot,
  generation: number,
  plugins: readonly PluginReceipt[],
): void {
  const base = generationPath(root.path, generation);
  const links = generationLinks(plugins);
  ensureDirectories(root, base, [...links.keys()]);
  for (const [path, text] of links) {
    const link = join(base, path);
    if (readLink(link) === text) continue;
    const aside = temporaryPath(root.path, 'link');
    root.files.symlink(text, aside);
    // rename(2) replaces files and links in one step, but no directory.
    if (lookAt(link)?.isDirectory() === true) moveAside(root, link);
    root.files.rename(aside, link);
    root.files.syncDirectory(dirname(link));
  }
  makeFixedLinks(root, links.keys());
}
