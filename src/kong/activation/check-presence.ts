import { KongcrateError } from '../../errors/kongcrate-error.ts';
import { BUNDLED, isReference, loadedNames } from '../plugin-list.ts';
import { findClosedPath } from '../node/find-closed-path.ts';
import { findModule, searchTemplates } from '../node/find-module.ts';
import type { KongNode } from '../node/kong-node.ts';

export interface PresenceCheck {
  /** Searched first; only what is inside them is the workers' yet. */
  readonly luaPaths: readonly string[];
  readonly luaPackagePath: string;
  /** A directory on that path with what will be gone: what is found in it is absent. */
  readonly goneRoot: string;
  /** All that `plugins` is to list. */
  readonly plugins: readonly string[];
  /** Whether Kong brings a plugin of that name along. */
  readonly isBundled: (name: string) => boolean;
}

/**
 * Checks that Kong finds handler and schema of every listed plugin, and that its workers may read
 * them. `kong config parse` cannot tell: it fails over an absent one with a text about itself, and
 * reads as another user (KONG.md 1.4, 1.8).
 * @throws KongcrateError PLUGIN_REFUSED; errno errors
 */
export function checkPresence(node: KongNode, check: PresenceCheck): void {
  const templates = searchTemplates({ ...node, luaPackagePath: check.luaPackagePath });
  const names = loadedNames(check.plugins).filter(
    (name) => name !== BUNDLED && !isReference(name) && !check.isBundled(name),
  );
  for (const name of names) {
    const [handler, schema] = ['handler', 'schema'].map((part) => {
      const [file] = findModule(`kong.plugins.${name}.${part}`, templates);
      return file?.startsWith(`${check.goneRoot}/`) ? undefined : file;
    });
    // Plugins in other languages are processes of their own, and Lua's come before them.
    if (handler === undefined && (node.settings.get('pluginserver_names') ?? '') !== '') continue;
    if (handler === undefined || schema === undefined)
      throw absent(name, handler === undefined ? 'handler' : 'schema');
    for (const file of [handler, schema]) checkOpen(node, { name, file, ...check });
  }
}

function checkOpen(
  { workersUser }: KongNode,
  { name, file, luaPaths }: PresenceCheck & { readonly name: string; readonly file: string },
): void {
  const below = luaPaths.find((directory) => file.startsWith(`${directory}/`));
  const closed = findClosedPath(file, workersUser, below);
  if (!closed) return;
  const { path, mode, lacks } = closed;
  throw new KongcrateError(
    'PLUGIN_REFUSED',
    `${path} has the mode ${mode}: Kong's workers, who run with uid ${workersUser.uid}, could not read the plugin ${JSON.stringify(name)}`,
    {
      remedy: `Nothing was switched. Open it: chmod o+${lacks} ${path}`,
      details: { reason: 'CLOSED', plugin: name, path, mode },
    },
  );
}

function absent(name: string, part: string): KongcrateError {
  const file = `kong/plugins/${name.replaceAll('.', '/')}/${part}.lua`;
  return new KongcrateError(
    'PLUGIN_REFUSED',
    `the plugin ${JSON.stringify(name)} is to be enabled, and Kong finds no ${file} on its Lua path`,
    {
      remedy: `Nothing was switched. Install the plugin, or take it off the list: kongcrate disable ${name}`,
      details: { reason: 'ABSENT', plugin: name, file },
    },
  );
}
