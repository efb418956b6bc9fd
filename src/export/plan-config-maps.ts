import { isUtf8 } from 'node:buffer';
import { posix } from 'node:path';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { PlannedFile } from '../content/extraction-plan.ts';
import { resourceName } from './resource-name.ts';

/** Kubernetes' ValidateConfigMap: all values together. */
export const CONFIG_MAP_BYTES: number = 1024 * 1024;
/** Its IsConfigMapKey; nothing here begins with a dot. The chart writes directories unquoted. */
const KEY = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,252}$/;

/** The files of one directory as an object of the cluster. */
export interface PlannedConfigMap {
  readonly name: string;
  /** Below the Lua root; for a file at its top that file's own path. */
  readonly path: string;
  readonly data: Readonly<Record<string, string>>;
  /** What is no UTF-8, in base64. */
  readonly binaryData: Readonly<Record<string, string>>;
}

/**
 * Groups files by directory: a ConfigMap has no directories. Its own directory comes first.
 * @throws KongcrateError PLUGIN_REFUSED for names and sizes that no ConfigMap can have
 */
export function planConfigMaps(
  plugin: string,
  files: readonly PlannedFile[],
): readonly PlannedConfigMap[] {
  const own = `kong/plugins/${plugin}`;
  const groups = new Map<string, PlannedFile[]>([[own, []]]);
  for (const file of files) {
    demandKeys(file.path);
    const directory = posix.dirname(file.path);
    const path = directory === '.' ? file.path : directory;
    groups.set(path, [...(groups.get(path) ?? []), file]);
  }
  return [...groups].map(([path, members]) => {
    demandSize(path, members);
    const name = path === own ? resourceName(plugin) : resourceName(plugin, path);
    return { name, path, ...contentOf(members) };
  });
}

function contentOf(files: readonly PlannedFile[]): Pick<PlannedConfigMap, 'data' | 'binaryData'> {
  const write = (chosen: readonly PlannedFile[], encoding: BufferEncoding) =>
    Object.fromEntries(
      chosen.map(({ path, bytes }) => [
        posix.basename(path),
        Buffer.from(bytes).toString(encoding),
      ]),
    );
  return {
    data: write(
      files.filter(({ bytes }) => isUtf8(bytes)),
      'utf8',
    ),
    binaryData: write(
      files.filter(({ bytes }) => !isUtf8(bytes)),
      'base64',
    ),
  };
}

function demandKeys(path: string): void {
  const part = path.split('/').find((name) => !KEY.test(name));
  if (part !== undefined)
    throw refused(`${path}: ${JSON.stringify(part)} cannot be the key of a ConfigMap`, 'KEY');
}

function demandSize(path: string, files: readonly PlannedFile[]): void {
  const bytes = files.reduce((sum, file) => sum + file.bytes.length, 0);
  if (bytes > CONFIG_MAP_BYTES)
    throw refused(`${path} has ${bytes} bytes, a ConfigMap ${CONFIG_MAP_BYTES}`, 'SIZE');
}

function refused(message: string, reason: string): KongcrateError {
  return new KongcrateError('PLUGIN_REFUSED', message, {
    remedy: 'Export it --to kubernetes or dockerfile: they take files of any name and size.',
    details: { reason },
  });
}
