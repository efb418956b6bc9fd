import { join } from 'node:path';
import { readKongEnv } from '../configuration/kong-env.js';
import { readNginxConf } from '../configuration/nginx-conf.js';
import { pluginNames } from '../configuration/plugin-names.js';
import { EntityFile } from '../entities/entity-file.js';
import { identifierOf } from '../entities/flatten-entities.js';
import { readDeclarative } from '../entities/read-declarative.js';
import { validateConfiguration } from '../entities/validate-configuration.js';
import { ErrorLog } from './error-log.js';
import { LuaVm } from './lua-vm.js';

const INIT = '/usr/local/share/lua/5.1/kong/init.lua';

const unlisted = (node) =>
  node.entities.read().plugins.find(({ name }) => !node.plugins.includes(name))?.name;

function openDatabase(node) {
  node.entities = new EntityFile(node.settings.pg_database);
  if (!node.entities.exists())
    throw new Error(
      `${INIT}:597: [PostgreSQL error] failed to retrieve PostgreSQL server_version_num: connection refused`,
    );
  const name = unlisted(node);
  if (name !== undefined)
    throw new Error(
      `${INIT}:675: error building initial plugins: ${name} plugin is in use but not enabled`,
    );
}

async function readConfiguration(node) {
  const file = node.settings.declarative_config;
  if (file === undefined) return node.entities.clear();
  const document = await readDeclarative(file);
  const { entities, problem } = await validateConfiguration(node.vm, { ...node, document });
  if (problem !== undefined)
    throw new Error(`${INIT}:661: error parsing declarative config file ${file}:\n${problem}`);
  node.entities.write(entities);
}

/** Without a database nothing is judged again at a reload: a node can end up serving nobody. */
async function openMemory(node, mode) {
  node.entities = new EntityFile(join(node.prefix, 'dbless.lmdb', 'entities.json'));
  if (mode === 'start' && node.settings.role !== 'data_plane') await readConfiguration(node);
  const name = unlisted(node);
  if (name !== undefined) node.unsafe = `${name} plugin is in use but not enabled`;
}

/**
 * What nginx does in `init_by_lua`: reads the settings, loads every listed plugin, opens the
 * entities. The environment has no say here.
 * @param mode `start` reads the declarative configuration, `reload` keeps what is loaded
 */
export async function loadNode(prefix, mode) {
  const nginx = readNginxConf(prefix);
  const settings = readKongEnv(prefix);
  const log = new ErrorLog(prefix, nginx.errorLog);
  const vm = new LuaVm([log.descriptor, log.descriptor], 'worker');
  const plugins = pluginNames(settings.plugins);
  const node = { prefix, nginx, settings, log, vm, plugins, ready: true, unsafe: undefined };
  node.id = identifierOf(prefix);
  const load = { command: 'load', path: nginx.luaPackagePath, plugins, configuration: settings };
  try {
    node.facts = (await vm.demand(load)).plugins;
    await (settings.database === 'off' ? openMemory(node, mode) : openDatabase(node));
  } catch (error) {
    throw new Error(
      `init_by_lua error: ${error.message}\nstack traceback:\n\t[C]: in function 'error'`,
    );
  }
  return node;
}
