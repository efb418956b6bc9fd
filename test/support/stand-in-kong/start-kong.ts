import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterThisFile } from '../clean-up.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { freePort } from './free-ports.ts';
import { standInEnvironment } from './kong-program.ts';
import { KongNode } from './kong-node.ts';
import { entitiesFile, nodeSettings, type NodeRole } from './node-settings.ts';
import { startProgram } from './start-program.ts';

export interface StartKongOptions {
  /** `dbless` unless told. */
  readonly role?: NodeRole;
  /** Stands before Kong's own Lua path; an empty one that the workers can read unless told. */
  readonly luaRoot?: string;
  /** As `plugins` in kong.conf lists them; only `bundled` unless told. */
  readonly plugins?: readonly string[];
  /** The declarative document; by default every plugin that is not bundled, for every request. */
  readonly entities?: object;
  readonly settingsBy?: 'file' | 'environment';
  /** `stderr` is a container: nginx in the foreground, its error log a link to /dev/stderr. */
  readonly logTo?: 'file' | 'stderr';
  readonly adminToken?: string;
  /** Where a data plane gets its configuration; without one it has the entities in its cache. */
  readonly controlPlane?: KongNode;
  /** More settings by their keys in kong.conf. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A temporary directory that the user of the workers may enter too. */
export function openDirectory(): string {
  const directory = temporaryDirectory();
  chmodSync(directory, 0o755);
  return directory;
}

/** A configuration in which every request runs through these plugins. */
function entitiesWith(plugins: readonly string[]): object {
  return {
    _format_version: '3.0',
    services: [{ name: 'echo', routes: [{ name: 'everything', paths: ['/'] }] }],
    plugins: plugins.filter((name) => name !== 'bundled').map((name) => ({ name })),
  };
}

function makeFiles(node: KongNode, base: string, options: StartKongOptions): void {
  for (const directory of ['prefix/logs', 'prefix/dbless.lmdb', 'database'])
    mkdirSync(join(base, directory), { recursive: true });
  // The workers are nobody, and change what stands for a database.
  chmodSync(join(base, 'database'), 0o777);
  if (options.logTo === 'stderr') symlinkSync('/dev/stderr', join(node.prefix, 'logs/error.log'));
  if (options.controlPlane !== undefined) return;
  const entities = options.entities ?? entitiesWith(options.plugins ?? []);
  writeFileSync(node.parts.entities, JSON.stringify(entities));
}

async function makeNode(base: string, options: StartKongOptions): Promise<KongNode> {
  const [proxy, admin, status, cluster] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ];
  return new KongNode({
    base,
    prefix: join(base, 'prefix'),
    kongConf: join(base, 'kong.conf'),
    luaRoot: options.luaRoot ?? openDirectory(),
    entities: entitiesFile(options.role ?? 'dbless', base),
    ports: { proxy, admin, status, cluster },
    environment: standInEnvironment(),
    ...(options.adminToken !== undefined && { adminToken: options.adminToken }),
  });
}

/**
 * Starts a stand-in node in a directory of its own, on free ports of 127.0.0.1. It ends with the
 * test file, whatever state it is in.
 * @throws Error what `kong start` said, if it failed
 */
export async function startKong(options: StartKongOptions = {}): Promise<KongNode> {
  const base = openDirectory();
  const node = await makeNode(base, options);
  afterThisFile(() => node.stop());
  makeFiles(node, base, options);
  const { role = 'dbless', plugins = ['bundled'], logTo = 'file', adminToken } = options;
  const settings = nodeSettings({
    role,
    base,
    plugins,
    logTo,
    luaRoot: node.parts.luaRoot,
    ports: node.parts.ports,
    ...(adminToken !== undefined && { adminToken }),
    ...(options.controlPlane && { controlPlanePort: options.controlPlane.parts.ports.cluster }),
  });
  await startProgram(node, { ...settings, ...options.settings }, options.settingsBy ?? 'file');
  return node;
}
