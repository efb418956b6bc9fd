import type { ArchivedFile, ExtractionPlan } from '../content/extraction-plan.ts';
import type { ByteSource } from '../content/byte-source.ts';
import type { InstallablePlugin } from '../content/installable-plugin.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { foreignCode } from './foreign-code.ts';
import type { HandlerFacts } from './handler-facts.ts';
import { BUNDLED_PLUGINS, isKongModule } from './kong-modules.ts';
import { checkPluginName, expectPluginName, refuseSeveralPlugins } from './plugin-name.ts';
import {
  findModule,
  findPluginTrees,
  isSideFile,
  moduleNameOf,
  type PluginTree,
} from './plugin-tree.ts';
import { refuseSecrets } from './refuse-secrets.ts';
import { isHiddenOrTest } from './visible-files.ts';

export interface ExpectedPlugin {
  /** The name that is signed, or that receipt or `--plugin` asks for. */
  readonly name?: string;
  /** The signed version and priority: with a version the handler is not parsed for either. */
  readonly version?: string;
  readonly priority?: number;
  /** Whether the plugin may be called like one that Kong brings along. */
  readonly allowBundledName?: boolean;
}

/**
 * Maps an archive to what will stand under a Lua root. Reads kongcrate's own layers, trees around
 * `kong/plugins` with a README beside them, and a plugin's bare directory. It refuses what no
 * node should get and leaves to Kong what only Kong can judge.
 * @throws KongcrateError PLUGIN_REFUSED: no plugin or several, another name than expected, a
 *   bundled plugin's name, native code or bytecode, private keys, files in the place of Kong's or of others
 */
export async function readInstallable(
  plan: ExtractionPlan,
  expected: ExpectedPlugin = {},
): Promise<InstallablePlugin> {
  const candidates = plan.files.filter(({ path }) => !isHiddenOrTest(path));
  const tree = locate(candidates);
  const name = await chooseName(tree, candidates, expected);
  const files =
    tree.name === undefined ? bareFiles(candidates, tree, name) : treeFiles(candidates, tree);
  refuseSecrets(files);
  for (const file of files) refuseFile(file, name);
  const directory = `kong/plugins/${name}/`;
  if (findModule(files, directory, 'schema') === undefined)
    throw refused(
      'NO_SCHEMA',
      `the archive has no ${directory}schema.lua: no configuration schema found for plugin: ${name}`,
    );
  const facts = await chooseFacts(expected, findModule(files, directory, 'handler')?.bytes);
  return { name, ...facts, files, plan };
}

/** The Lua parser is loaded only where nothing signed says what it would find. */
async function chooseFacts(
  { version, priority }: ExpectedPlugin,
  handler: ByteSource | undefined,
): Promise<HandlerFacts> {
  if (version === undefined) return (await import('./handler-facts.ts')).readHandlerFacts(handler);
  return { version, ...(priority === undefined ? {} : { priority }) };
}

async function schemaNameOf(schema: ByteSource | undefined): Promise<string | undefined> {
  return (await import('./handler-facts.ts')).readSchemaName(schema);
}

function locate(files: readonly ArchivedFile[]): PluginTree {
  const trees = findPluginTrees(
    files.map(({ path }) => path),
    'handler',
  ).filter(({ root }) => !root.slice(0, -1).includes('/'));
  const bare = findModule(files, '', 'handler') === undefined ? [] : [{ root: '', directory: '' }];
  const found = trees.length + bare.length > 0 ? [...trees, ...bare] : bareDirectories(files);
  if (found.length > 1) refuseSeveralPlugins(found.map(({ directory }) => directory || '.'));
  const [tree] = found;
  if (tree !== undefined) return tree;
  throw refused('NO_HANDLER', 'the archive holds no plugin: there is no handler.lua');
}

function bareDirectories(files: readonly ArchivedFile[]): readonly PluginTree[] {
  const tops = new Set(files.flatMap(({ path }) => /^[^/]+\//.exec(path)?.[0] ?? []));
  return [...tops]
    .filter((directory) => findModule(files, directory, 'handler') !== undefined)
    .map((directory) => ({ root: directory, directory }));
}

async function chooseName(
  tree: PluginTree,
  files: readonly ArchivedFile[],
  { name: expected, allowBundledName }: ExpectedPlugin,
): Promise<string> {
  const inArchive =
    tree.name ??
    (await schemaNameOf(findModule(files, tree.directory, 'schema')?.bytes)) ??
    (tree.directory === '' ? undefined : tree.directory.slice(0, -1));
  const name = inArchive ?? expected;
  if (name === undefined)
    throw refused(
      'NO_NAME',
      'the archive does not say how its plugin is named',
      'Give --plugin NAME.',
    );
  expectPluginName(name, expected);
  checkPluginName(name);
  if (!BUNDLED_PLUGINS.has(name) || allowBundledName === true) return name;
  throw refused(
    'BUNDLED',
    `${name} is the name of a plugin that Kong brings along`,
    'Give it a name of its own; install --allow-bundled-name takes one that is to replace it.',
  );
}

function bareFiles(
  files: readonly ArchivedFile[],
  { directory }: PluginTree,
  name: string,
): readonly ArchivedFile[] {
  return files
    .filter(({ path }) => path.startsWith(directory) && !isSideFile(path.slice(directory.length)))
    .map(({ path, bytes }) => ({
      path: `kong/plugins/${name}/${path.slice(directory.length)}`,
      bytes,
    }));
}

/**
 * At the top of a layer other Lua files are sibling modules. In a tree one directory down they
 * are the author's scripts and tests: the seed installs `kong/plugins` of it only.
 */
function treeFiles(files: readonly ArchivedFile[], { root }: PluginTree): readonly ArchivedFile[] {
  return files
    .filter(({ path }) => path.startsWith(root))
    .map(({ path, bytes }) => ({ path: path.slice(root.length), bytes }))
    .filter(({ path }) => path.startsWith('kong/') || (root === '' && path.endsWith('.lua')));
}

/** What Kong loads of every plugin it lists (KONG 1.1): only the plugin's own artifact may bring it. */
const LOADED_BY_KONG =
  /^kong\/plugins\/[^/]+\/(?:handler|schema|daos|api|status_api|migrations|strategies)(?:\.lua|\/)/;

function refuseFile({ path, bytes }: ArchivedFile, name: string): void {
  const foreign = foreignCode(path, bytes);
  if (foreign !== undefined) throw refused('FOREIGN_CODE', `${path} is ${foreign}`);
  if (path.startsWith(`kong/plugins/${name}/`)) return;
  if (isKongModule(moduleNameOf(path)))
    throw refused('SHADOWS_KONG', `${path} would stand in the place of Kong's own code`);
  if (LOADED_BY_KONG.test(path))
    throw refused('OTHER_PLUGIN', `${path} belongs to another plugin than ${name}`);
}

function refused(
  reason: string,
  message: string,
  remedy = 'Ask its publisher for an artifact that holds the Lua files of one plugin and nothing else.',
): KongcrateError {
  return new KongcrateError('PLUGIN_REFUSED', message, { remedy, details: { reason } });
}
