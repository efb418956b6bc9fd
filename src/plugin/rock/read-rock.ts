import type { PlannedFile } from '../../content/extraction-plan.ts';
import { foreignCode } from '../foreign-code.ts';
import { md5Of, readRockManifest, ROCK_MANIFEST } from './rock-manifest.ts';
import { rockRefused } from './rock-refused.ts';

/** LuaRocks writes both after the list of files. */
const UNLISTED: ReadonlySet<string> = new Set([ROCK_MANIFEST, 'rock_namespace']);
const BUILD_IT = 'Unpack its source and pack that: `kongcrate pack DIR`.';

/** A rock of Lua files (LuaRocks 3, `.all.rock`). */
export interface Rock {
  readonly rockspec: PlannedFile;
  /** What LuaRocks would put under the Lua root, in `lua/`. */
  readonly modules: readonly PlannedFile[];
  /** Everything else that the rock is about. */
  readonly documents: readonly PlannedFile[];
}

/**
 * Checks that files are those of a rock, each with the checksum that its `rock_manifest` gives.
 * LuaRocks looks at the checksums only after an installation, and lets files lie that are not
 * named.
 * @param files as they stand in the rock
 * @throws KongcrateError PLUGIN_REFUSED: no rock, a source rock, native code, other files than named
 */
export function readRock(files: readonly PlannedFile[]): Rock {
  const rockspecs = files.filter(({ path }) => /^[^/]+\.rockspec$/.test(path));
  const [rockspec] = rockspecs;
  if (rockspec === undefined || rockspecs.length > 1)
    throw rockRefused(
      'NO_ROCK',
      `it is a zip with ${rockspecs.length} rockspecs at its top; a rock of LuaRocks has one`,
    );
  const manifest = files.find(({ path }) => path === ROCK_MANIFEST);
  if (manifest === undefined)
    throw rockRefused(
      'SOURCE_ROCK',
      'it is a source rock (.src.rock), which has to be built first: it has no rock_manifest',
      `${BUILD_IT} Or let LuaRocks build it: luarocks build --pack-binary-rock X.src.rock.`,
    );
  refuseNative(files);
  checkManifest(files, readRockManifest(manifest.bytes));
  const isModule = ({ path }: PlannedFile): boolean => path.startsWith('lua/');
  const others = files.filter((file) => !isModule(file) && !UNLISTED.has(file.path));
  return {
    rockspec,
    modules: files.filter(isModule),
    documents: others.filter((file) => file !== rockspec),
  };
}

function refuseNative(files: readonly PlannedFile[]): void {
  for (const { path, bytes } of files) {
    const foreign = path.startsWith('lib/') ? 'a native library' : foreignCode(path, bytes);
    if (foreign === undefined) continue;
    throw rockRefused(
      'NATIVE_ROCK',
      `${path} is ${foreign}: the rock fits one kind of machine, and kongcrate ships Lua only`,
      'Install it with luarocks in the image of the node, or ask for a rock without C.',
    );
  }
}

function checkManifest(files: readonly PlannedFile[], sums: ReadonlyMap<string, string>): void {
  const listed = files.filter(({ path }) => !UNLISTED.has(path));
  for (const { path, bytes } of listed) {
    const sum = sums.get(path);
    if (sum === undefined)
      throw rockRefused('ROCK_MANIFEST', `${path} is not named in its ${ROCK_MANIFEST}`);
    if (sum !== md5Of(bytes))
      throw rockRefused('ROCK_MANIFEST', `${path} is not the file that ${ROCK_MANIFEST} names`);
  }
  const paths = new Set(listed.map(({ path }) => path));
  const missing = [...sums.keys()].find((path) => !paths.has(path));
  if (missing !== undefined)
    throw rockRefused(
      'ROCK_MANIFEST',
      `${ROCK_MANIFEST} names ${JSON.stringify(missing)}, which is not in it`,
    );
}
