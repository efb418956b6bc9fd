import type { Finding } from '../finding.ts';
import { BUNDLED_PLUGINS } from '../kong-modules.ts';
import type { PluginFile } from '../plugin-file.ts';
import { findModule, pluginOf } from '../plugin-tree.ts';

/** The plugin's name, the two files that Kong requires, and none of another plugin. */
export function checkLayout(name: string, files: readonly PluginFile[]): readonly Finding[] {
  const directory = `kong/plugins/${name}/`;
  return [
    ...checkBundled(name, directory),
    ...checkPresence(
      `${directory}handler.lua`,
      findModule(files, directory, 'handler'),
      `${name} plugin is enabled but not installed`,
    ),
    ...checkPresence(
      `${directory}schema.lua`,
      findModule(files, directory, 'schema'),
      `no configuration schema found for plugin: ${name}`,
    ),
    ...files.flatMap((file) => checkOwner(name, file)),
  ];
}

function checkBundled(name: string, file: string): readonly Finding[] {
  if (!BUNDLED_PLUGINS.has(name)) return [];
  return [
    {
      severity: 'error',
      rule: 'bundled-name',
      file,
      line: 1,
      message: `${name} is the name of a plugin that Kong brings along; this one would shadow it`,
      remedy: 'Give the plugin a name of its own.',
    },
  ];
}

function checkOwner(name: string, { path, source }: PluginFile): readonly Finding[] {
  const owner = pluginOf(path) ?? name;
  if (owner === name) return [];
  return [
    {
      severity: 'error',
      rule: 'other-plugin',
      file: source.path,
      line: 1,
      message: `${path} would be packed with ${name} and belongs to the plugin ${owner}`,
      remedy: 'Ship one plugin at a time; rename it where it is a module of a library.',
    },
  ];
}

function checkPresence(
  path: string,
  found: PluginFile | undefined,
  kongSays: string,
): readonly Finding[] {
  const rule = path.endsWith('handler.lua') ? 'handler-missing' : 'schema-missing';
  if (found === undefined)
    return [
      {
        severity: 'error',
        rule,
        file: path,
        line: 1,
        message: `there is no ${path}: ${kongSays}`,
        remedy: 'Every Kong plugin needs a handler.lua and a schema.lua.',
      },
    ];
  if (found.path === path) return [];
  return [
    {
      severity: 'warning',
      rule: 'init-module',
      file: found.source.path,
      line: 1,
      message: `${found.path} is found only where lua_package_path has ?/init.lua, too`,
      remedy: `Name it ${path}.`,
    },
  ];
}
