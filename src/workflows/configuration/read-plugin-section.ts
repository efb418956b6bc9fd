import { isPluginName } from '../../install/plugin-paths.ts';
import { parseReference, parseRepositoryName } from '../../reference/reference.ts';
import { required, type YamlValue } from '../../signing/policy/yaml-value.ts';
import type { WantedPlugin } from './configuration.ts';

/**
 * Reads the section `plugins:`.
 * @throws KongcrateError POLICY_INVALID with line and column, also for one plugin that stands there
 *   twice
 */
export function readPluginSection(section: YamlValue | undefined): readonly WantedPlugin[] {
  const plugins: WantedPlugin[] = [];
  for (const value of section?.items() ?? []) {
    const plugin = readPlugin(value);
    const twice = plugins.find((other) => isSame(other, plugin));
    if (twice)
      throw value.invalid(
        `${twice.name ?? twice.reference} stands here twice`,
        'Write one entry a plugin.',
      );
    plugins.push(plugin);
  }
  return plugins;
}

function readPlugin(value: YamlValue): WantedPlugin {
  const { reference, name, as, enabled } = value.fields(['reference', 'name', 'as', 'enabled']);
  const text = required(reference, value, 'reference');
  const { kind } = text.read(parseReference);
  if (as && kind === 'registry')
    throw as.invalid('a registry says its repository itself', 'Leave it out.');
  return {
    reference: text.text(),
    ...(name && { name: readName(name) }),
    ...(as && { as: as.read(parseRepositoryName) }),
    isEnabled: enabled?.flag() ?? true,
  };
}

function readName(name: YamlValue): string {
  const text = name.text();
  if (isPluginName(text)) return text;
  throw name.invalid(
    `${JSON.stringify(text)} cannot be the name of a plugin`,
    'Use letters, digits, - and _, beginning with a letter or a digit.',
  );
}

function isSame(one: WantedPlugin, other: WantedPlugin): boolean {
  const isSamePlace = one.reference === other.reference && one.as === other.as;
  return isSamePlace || (one.name !== undefined && one.name === other.name);
}
