import { KongcrateError } from '../errors/kongcrate-error.ts';

const PLUGIN_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]*$/;

/**
 * Returns the name if Kong can load a plugin of that name from one directory. Kong itself checks
 * nothing, but `,`, `#`, blanks and `%` break `plugins =`, and `.` and `/` mean sub-directories.
 * @throws KongcrateError PLUGIN_REFUSED
 */
export function checkPluginName(name: string): string {
  if (PLUGIN_NAME.test(name)) return name;
  throw new KongcrateError('PLUGIN_REFUSED', `not a plugin name: ${JSON.stringify(name)}`, {
    remedy: 'Use letters, digits, - and _, beginning with a letter or a digit.',
    details: { reason: 'NAME', name },
  });
}

/**
 * Holds the name that was found against the one that was expected: what keeps a signed plugin
 * from being taken for another one.
 * @throws KongcrateError PLUGIN_REFUSED
 */
export function expectPluginName(found: string, expected: string | undefined): void {
  if (expected === undefined || expected === found) return;
  throw new KongcrateError('PLUGIN_REFUSED', `the plugin is named ${found}, not ${expected}`, {
    remedy: `Give --plugin ${found} if that is the plugin you mean.`,
    details: { reason: 'NAME_DIFFERS', name: found, expected },
  });
}

/**
 * @param wanted the directory of the one that was asked for
 * @throws KongcrateError PLUGIN_REFUSED, always
 */
export function refuseSeveralPlugins(names: readonly string[], wanted?: string): never {
  throw new KongcrateError('PLUGIN_REFUSED', `there are several plugins: ${names.join(', ')}`, {
    remedy:
      wanted === undefined
        ? 'Pack one plugin directory at a time; .kongcrateignore can leave copies out.'
        : `Give the directory of that plugin alone: ${wanted} below this one.`,
    details: { reason: 'SEVERAL_PLUGINS', plugins: names },
  });
}
