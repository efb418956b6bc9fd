import type { PlannedFile } from '../../content/extraction-plan.ts';
import { wholeOf } from '../../content/byte-source.ts';
import type { FoundPlugin } from '../find-plugin.ts';
import type { Finding } from '../finding.ts';
import { checkFile } from '../rules/check-file.ts';
import { checkPath } from '../rules/check-path.ts';
import type { SourceFile } from '../source-file.ts';
import { visibleFiles } from '../visible-files.ts';
import { rockDocuments } from './rock-documents.ts';
import { ROCK_MANIFEST, writeRockManifest } from './rock-manifest.ts';
import { rockRefused } from './rock-refused.ts';

/** LuaRocks, type/rockspec.lua. */
const ROCK_VERSION = /^[A-Za-z0-9.]+-\d+$/;

export interface PlannedRock {
  /** The name that LuaRocks reads package and version from. */
  readonly fileName: string;
  /** Everything in the rock. */
  readonly files: readonly PlannedFile[];
  /** What is wrong with the files that are not the plugin's own. */
  readonly findings: readonly Finding[];
}

/**
 * Lays a plugin out as the rock that LuaRocks would pack after `luarocks make`. One without a
 * rockspec gets the least that LuaRocks takes.
 * @param source where the plugin was found
 * @throws KongcrateError PLUGIN_REFUSED (ROCK_VERSION)
 */
export function planRock(found: FoundPlugin, source: readonly SourceFile[]): PlannedRock {
  const { rockspec } = found;
  const name = rockspec?.package.toLowerCase() ?? `kong-plugin-${found.name}`.toLowerCase();
  const version = rockVersionOf(found);
  const visible = visibleFiles(source);
  const documents = rockDocuments(visible, topOf(found, visible), rockspec);
  const written = visible.find(({ path }) => path === rockspec?.path)?.bytes;
  const files = [
    ...found.files.map(({ path, bytes }) => ({ path: `lua/${path}`, bytes: wholeOf(bytes) })),
    ...documents.map(({ path, source: { bytes } }) => ({ path, bytes: wholeOf(bytes) })),
    {
      path: `${name}-${version}.rockspec`,
      bytes: written ? wholeOf(written) : Buffer.from(leastRockspec(name, version)),
    },
  ];
  return {
    fileName: `${name}-${version}.all.rock`,
    files: [...files, { path: ROCK_MANIFEST, bytes: writeRockManifest(files) }],
    findings: documents.flatMap((file) => [...checkPath(file), ...checkFile(file.source)]),
  };
}

function rockVersionOf({ rockspec, version: found }: FoundPlugin): string {
  const { path, version, revision } = rockspec ?? { path: 'VERSION', version: found, revision: 1 };
  const full = revision === undefined ? version : `${version}-${revision}`;
  if (ROCK_VERSION.test(full)) return full;
  throw rockRefused(
    'ROCK_VERSION',
    `${path}: LuaRocks takes no rock of the version ${JSON.stringify(full)}`,
    'Write it in the rockspec with letters, digits and dots, and a revision: version = "1.0.0-1".',
  );
}

/** Where the rockspec stands, else what stands beside a plugin: the directory above `kong/`. */
function topOf({ name, rockspec }: FoundPlugin, visible: readonly SourceFile[]): string {
  if (rockspec !== undefined) return rockspec.path.slice(0, rockspec.path.lastIndexOf('/') + 1);
  const inTree = new RegExp(`^([^/]+/)kong/plugins/${name}/`);
  return visible.map(({ path }) => inTree.exec(path)?.[1]).find((top) => top !== undefined) ?? '';
}

/**
 * Format 1.0. LuaRocks demands a source: it is the rock, whose `lua/` is what `luarocks make` would
 * install from the unpacked rock.
 */
function leastRockspec(name: string, version: string): string {
  return `package = "${name}"
version = "${version}"
source = {
   url = "file://${name}-${version}.all.rock"
}
build = {
   type = "builtin",
   modules = {}
}
`;
}
