import { existsSync } from 'node:fs';
import { kongEnvOf } from '../configuration/kong-env.js';
import { loadSettings } from '../configuration/load-settings.js';
import { pluginNames } from '../configuration/plugin-names.js';
import { readDeclarative } from '../entities/read-declarative.js';
import { validateConfiguration } from '../entities/validate-configuration.js';
import { LuaVm } from '../node/lua-vm.js';

/** The settings of a node that was prepared under the prefix, if one was. */
function effectiveSettings({ conf, prefix }) {
  const settings = loadSettings({ file: conf, prefix });
  const file = kongEnvOf(settings.prefix);
  return existsSync(file) ? loadSettings({ file, prefix: settings.prefix }) : settings;
}

/** Loads every listed plugin, then judges a declarative configuration by their schemas. */
export async function configParse(options) {
  if (options.file === undefined) throw new Error('expected a declarative configuration file');
  const settings = effectiveSettings(options);
  const plugins = pluginNames(settings.plugins);
  const vm = new LuaVm(['inherit', 'inherit'], 'command-line');
  try {
    await vm.demand({
      command: 'load',
      path: `${settings.lua_package_path};;`,
      plugins,
      configuration: { database: 'off' },
      command_line: true,
    });
    const document = await readDeclarative(options.file);
    const { problem } = await validateConfiguration(vm, { document, plugins });
    if (problem !== undefined) throw new Error(`Failed parsing:\n${problem}`);
  } finally {
    vm.close();
  }
  process.stdout.write('parse successful\n');
}
