import { readFileSync, statSync } from 'node:fs';
import { wordsOfErrno } from '../../errors/as-write-failure.ts';
import { messageOf } from '../../errors/kongcrate-error.ts';
import type { KongNode } from '../node/kong-node.ts';
import { pidFileOf } from '../node/processes.ts';
import { settingOf } from '../node/read-settings.ts';
import { listDeclaredPlugins } from './list-declared-plugins.ts';
import type { PluginEntity, UseSource } from './plugin-use.ts';

/** The declarative configuration that a node without a database loads at its next start. */
export function findDocument({
  declarativeConfig: file,
  settings,
}: KongNode): UseSource | undefined {
  const text = settings.get('declarative_config_string') ?? '';
  if (file === undefined && text === '') return undefined;
  const shownAs = file ?? 'KONG_DECLARATIVE_CONFIG_STRING';
  const read = (): readonly PluginEntity[] | string =>
    file === undefined ? listDeclaredPlugins(text) : readDocument(file);
  return {
    shownAs,
    remedy: `Take them out of ${shownAs} too.`,
    read: () => {
      const found = read();
      return Promise.resolve(typeof found === 'string' ? `${shownAs}: ${found}` : found);
    },
  };
}

function readDocument(file: string): readonly PluginEntity[] | string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return wordsOfErrno(error) ?? messageOf(error);
  }
  return listDeclaredPlugins(text);
}

/**
 * Whether a running node serves what its file says: nobody can give it another configuration, and the
 * file was not changed since Kong started. A reload does not read it again.
 */
export function isLoaded({ prefix, settings, declarativeConfig: file }: KongNode): boolean {
  if (settingOf(settings, 'admin_listen') !== 'off' || file === undefined) return false;
  const start = statSync(pidFileOf(prefix), { throwIfNoEntry: false });
  const document = statSync(file, { throwIfNoEntry: false });
  return start !== undefined && document !== undefined && document.ctimeMs < start.mtimeMs;
}
