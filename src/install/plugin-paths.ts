import { parentsOf, pluginDirectory, STATE_DIRECTORY } from './node-paths.ts';

/** Names that are one path segment and survive kong.conf (KONG.md 1.7, "Safe NAME rule"). */
export function isPluginName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(name);
}

/** Whether a path stays below the Lua root, is spelled in one way, and is not kongcrate's own. */
export function isSafePath(path: string): boolean {
  const segments = path.split('/');
  if (segments[0] === STATE_DIRECTORY) return false;
  return segments.every(
    (segment) => segment !== '' && segment !== '.' && segment !== '..' && !/[\0\\]/.test(segment),
  );
}

/** The fixed links of a plugin: its directory, and each file that stands beside it. */
export function linksOfPlugin(name: string, paths: readonly string[]): readonly string[] {
  const directory = pluginDirectory(name);
  return [directory, ...paths.filter((path) => !path.startsWith(`${directory}/`)).sort()];
}

interface Overlap {
  readonly path: string;
  readonly first: string;
  readonly second: string;
}

/** Two plugins that claim one path, or of which one claims a directory above the other's. */
export function findOverlap(
  plugins: Iterable<{ readonly name: string; readonly links: readonly string[] }>,
): Overlap | undefined {
  const owners = new Map<string, string>();
  const claims = [...plugins].flatMap(({ name, links }) => links.map((path) => ({ name, path })));
  for (const { name, path } of claims) {
    const first = owners.get(path);
    if (first !== undefined && first !== name) return { path, first, second: name };
    owners.set(path, name);
  }
  for (const { name, path } of claims)
    for (const parent of parentsOf(path)) {
      const first = owners.get(parent);
      if (first !== undefined && first !== name) return { path, first, second: name };
    }
  return undefined;
}
