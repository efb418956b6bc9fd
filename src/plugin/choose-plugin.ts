import { KongcrateError } from '../errors/kongcrate-error.ts';
import { checkPluginName, expectPluginName } from './plugin-name.ts';
import type { SurveyedPlugin } from './survey-source.ts';

/**
 * The plugin that is meant: the only one, or the one with the name that was given.
 * @param wanted `--plugin`
 * @throws KongcrateError PLUGIN_REFUSED: several, and none or more than one has that name
 */
export function choosePlugin(
  plugins: readonly SurveyedPlugin[],
  wanted: string | undefined,
): SurveyedPlugin {
  const [only, ...more] = plugins;
  if (only !== undefined && more.length === 0) return only;
  const [chosen, ...rivals] = plugins.filter(({ name }) => wanted !== undefined && name === wanted);
  if (chosen === undefined) throw several(plugins);
  if (rivals.length === 0) return chosen;
  throw sameName([chosen, ...rivals]);
}

/**
 * The names of all plugins, in the order of their directories: `choosePlugin` finds each again.
 * @throws KongcrateError USAGE: one has none; PLUGIN_REFUSED: not usable, or two have the same one
 */
export function namesOf(plugins: readonly SurveyedPlugin[]): readonly string[] {
  const seen = new Map<string, SurveyedPlugin>();
  for (const plugin of plugins) {
    const name = nameOf(plugin);
    const rival = seen.get(name);
    if (rival !== undefined) throw sameName([rival, plugin]);
    seen.set(name, plugin);
  }
  return [...seen.keys()];
}

/**
 * The name that Kong will list: what the source says, else the one given.
 * @throws KongcrateError USAGE: none to be had; PLUGIN_REFUSED: not usable, or another one given
 */
export function nameOf(plugin: SurveyedPlugin, option?: string): string {
  const name = plugin.name ?? option;
  if (name === undefined)
    throw new KongcrateError('USAGE', 'the plugin has no name: no rockspec, none in schema.lua', {
      remedy: 'Give --plugin NAME, or write name = "NAME" in the table schema.lua returns.',
      details: { reason: 'NO_NAME' },
    });
  expectPluginName(name, option);
  return checkPluginName(name);
}

function several(plugins: readonly SurveyedPlugin[]): KongcrateError {
  const listed = plugins.map(({ name = '(no name)', directory }) => `${name} in ${at(directory)}`);
  return new KongcrateError('PLUGIN_REFUSED', `there are several plugins: ${listed.join(', ')}`, {
    remedy: 'Choose one with --plugin NAME; lint, pack and publish take them all with --all.',
    details: { reason: 'SEVERAL_PLUGINS', plugins: plugins.map(({ directory }) => at(directory)) },
  });
}

function sameName(plugins: readonly [SurveyedPlugin, ...SurveyedPlugin[]]): KongcrateError {
  const [{ name = '(no name)' }] = plugins;
  const places = plugins.map(({ directory }) => at(directory));
  return new KongcrateError(
    'PLUGIN_REFUSED',
    `there are several plugins named ${name}: ${places.join(', ')}`,
    {
      remedy:
        'Give the directory of the one that is meant, or name the others in .kongcrateignore.',
      details: { reason: 'SEVERAL_PLUGINS', plugins: places },
    },
  );
}

function at(directory: string): string {
  return directory || '.';
}
