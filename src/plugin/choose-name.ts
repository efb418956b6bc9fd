import { KongcrateError } from '../errors/kongcrate-error.ts';
import { readSchemaName } from './handler-facts.ts';
import { checkPluginName, expectPluginName } from './plugin-name.ts';
import { findModule, type PluginTree } from './plugin-tree.ts';
import { mappedPlugins, type RockModule } from './rock-modules.ts';
import type { RockspecFacts } from './rockspec.ts';
import type { SourceFile } from './source-file.ts';

export interface NameSources {
  readonly plugin: PluginTree;
  readonly rockspec: RockspecFacts | undefined;
  readonly modules: readonly RockModule[];
  readonly visible: readonly SourceFile[];
  /** `--plugin`. */
  readonly option: string | undefined;
}

/**
 * The name Kong will list: the directory under `kong/plugins`; for a bare directory what the
 * rockspec says, else the schema, else the one given.
 * @throws KongcrateError USAGE: none to be had; PLUGIN_REFUSED: not usable, or another one given
 */
export function chooseName({ plugin, rockspec, modules, visible, option }: NameSources): string {
  const found =
    plugin.name ??
    mappedPlugins(modules)[0] ??
    rockspec?.package.replace(/^kong-plugin-/, '') ??
    readSchemaName(findModule(visible, '', 'schema')?.bytes);
  const name = found ?? option;
  if (name === undefined)
    throw new KongcrateError('USAGE', 'the plugin has no name: no rockspec, none in schema.lua', {
      remedy: 'Give --plugin NAME, or write name = "NAME" in the table schema.lua returns.',
      details: { reason: 'NO_NAME' },
    });
  expectPluginName(name, option);
  return checkPluginName(name);
}
