import { randomBytes } from 'node:crypto';
import { posix } from 'node:path';
import { hexOf, type Digest } from '../reference/digest.ts';

/** Where everything of kongcrate's stands below a Lua root (DESIGN section 5). */
export const STATE_DIRECTORY = '.kongcrate';

/** Modes that workers of another user can read, set whatever the umask. */
export const DIRECTORY_MODE = 0o755;
export const FILE_MODE = 0o644;

export function statePath(root: string, ...segments: readonly string[]): string {
  return posix.join(root, STATE_DIRECTORY, ...segments);
}

export function generationPath(root: string, generation: number): string {
  return statePath(root, 'generations', String(generation));
}

export function storePath(root: string, layerDigest: Digest): string {
  return statePath(root, 'store', storeName(layerDigest));
}

/** The evidence file below a store directory; its name is the digest of its bytes. */
export function evidencePath(evidence: Digest): string {
  return `.evidence/sha256-${hexOf(evidence)}.json`;
}

/** Far above what the signatures that are looked at can make of an evidence file. */
export const MAX_EVIDENCE_BYTES: number = 256 * 1024 * 1024;

/** A name that nothing has yet; whatever stands there is removed by the next recovery. */
export function temporaryPath(root: string, label: string): string {
  return statePath(root, 'tmp', `${label}-${randomBytes(8).toString('hex')}`);
}

/** Where Kong looks for plugins, relative to a Lua root. */
export const PLUGINS_DIRECTORY = 'kong/plugins';

/** The directory of a plugin, relative to a Lua root. */
export function pluginDirectory(name: string): string {
  return `${PLUGINS_DIRECTORY}/${name}`;
}

/** What the fixed link at `path` (relative to the Lua root) says. */
export function fixedLinkText(path: string): string {
  return relativeText(path, `/${STATE_DIRECTORY}/current/${path}`);
}

/** What the link at `path` (relative to a generation) says. */
export function generationLinkText(path: string, layerDigest: Digest): string {
  return relativeText(`generations/0/${path}`, `/store/${storeName(layerDigest)}/${path}`);
}

/** All directories that files at these relative paths need, parents first. */
export function directoriesOf(paths: Iterable<string>): readonly string[] {
  const directories = new Set<string>();
  for (const path of paths) {
    // Above a directory that is there already nothing is new.
    let end = path.lastIndexOf('/');
    for (; end > 0 && !directories.has(path.slice(0, end)); end = path.lastIndexOf('/', end - 1))
      directories.add(path.slice(0, end));
  }
  return [...directories].sort();
}

/** The directories above a relative path, outermost first. */
export function parentsOf(path: string): readonly string[] {
  const segments = path.split('/').slice(0, -1);
  return segments.map((_, index) => segments.slice(0, index + 1).join('/'));
}

function storeName(layerDigest: Digest): string {
  return `sha256-${hexOf(layerDigest)}`;
}

/** Both from `/`, so that the working directory, which may be gone, is never asked for. */
function relativeText(link: string, target: string): string {
  return posix.relative(posix.dirname(`/${link}`), target);
}
