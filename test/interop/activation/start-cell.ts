import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { kongcrate } from '../../support/must-succeed.ts';
import type { KongNode } from '../../support/stand-in-kong/kong-node.ts';
import {
  openDirectory,
  startKong,
  type StartKongOptions,
} from '../../support/stand-in-kong/start-kong.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { isNew, type Cell, type NodeKind } from './cells.ts';
import type { Artifact, Publisher } from './publish-plugins.ts';

/** The plugin that every request runs through, and the version that the node starts with. */
export const IN_USE = 'canary';
export const FIRST_VERSION = '1.0.0';

/** A node that serves, right before the command that a cell is about. */
export interface StartedCell {
  readonly cell: Cell;
  readonly kong: KongNode;
  /** The plugin that the command brings, and its version. */
  readonly name: string;
  readonly version: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const NODES: Readonly<Record<NodeKind, StartKongOptions>> = {
  dbless: { role: 'dbless' },
  traditional: { role: 'traditional' },
  'data-plane': { role: 'data-plane' },
  container: { role: 'data-plane', logTo: 'stderr' },
  silent: { settings: { admin_listen: 'off', status_listen: 'off' } },
};

/** A reload that failed shows in the error log, which a container does not keep. */
const CONTAINER_TIMEOUT_SECONDS = 10;

/** Starts a node with what was installed before, and prepares the command of a cell. */
export async function startCell(cell: Cell, publisher: Publisher): Promise<StartedCell> {
  const { path, node, settingsBy } = cell;
  const luaRoot = openDirectory();
  const name = isNew(cell) ? 'extra' : IN_USE;
  const version = path === 'rollback' ? '0.9.0' : '1.1.0';
  const install = async (artifact: Artifact): Promise<readonly string[]> => {
    const reference = await publisher.publish(artifact);
    return ['install', reference, '--key', publisher.publicKey, '--lua-root', luaRoot];
  };
  const installation = await install({ name, version, kind: cell.kind });
  const first = await install({ name: IN_USE, version: FIRST_VERSION, kind: 'good' });
  const nowhere = ['--prefix', temporaryDirectory()];
  for (const args of path === 'rollback' ? [installation, first] : [first])
    await kongcrate([...args, ...nowhere]);
  const plugins = ['bundled', IN_USE];
  const kong = await startKong({ ...NODES[node], luaRoot, plugins, settingsBy });
  const started = { cell, kong, name, version };
  return { ...started, ...(await commandFor(started, installation)) };
}

type Command = Pick<StartedCell, 'args' | 'env'>;

/** The command that a cell is about; what comes before it is done. */
async function commandFor(
  { cell, kong, name }: Omit<StartedCell, keyof Command>,
  installation: readonly string[],
): Promise<Command> {
  const { luaRoot, prefix, kongConf, environment: env } = kong.parts;
  const where = ['--prefix', prefix, '--kong-conf', kongConf];
  const root = ['--lua-root', luaRoot];
  const activation = [...where, ...activationFlags(cell, kong)];
  if (cell.path === 'rollback') return { args: ['rollback', name, ...root, ...activation], env };
  if (!cell.path.startsWith('activate')) return { args: [...installation, ...activation], env };
  await kongcrate([...installation, ...where, '--no-activate'], { env });
  const args = ['activate', ...root, ...activation];
  if (cell.path === 'activate') return { args, env };
  if (cell.settingsBy === 'environment')
    return { args, env: { ...env, KONG_PLUGINS: `bundled,${IN_USE},${name}` } };
  await kongcrate(['enable', name, ...root, ...where], { env });
  return { args, env };
}

function activationFlags({ kind, node }: Cell, kong: KongNode): readonly string[] {
  if (kind === 'runtime-error') return ['--probe', kong.proxyUrl];
  // Nobody hands out what other nodes have loaded.
  if (kind === 'required-field' && node !== 'dbless')
    return ['--declarative-config', writeConfiguration()];
  return node === 'container' ? ['--activate-timeout', String(CONTAINER_TIMEOUT_SECONDS)] : [];
}

function writeConfiguration(): string {
  const file = join(temporaryDirectory(), 'kong.json');
  writeFileSync(file, JSON.stringify({ _format_version: '3.0', plugins: [{ name: IN_USE }] }));
  return file;
}
