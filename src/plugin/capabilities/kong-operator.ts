import { isUtf8 } from 'node:buffer';
import { wholeOf } from '../../content/byte-source.ts';
import { isImageLayerType, OCI_LAYER_GZIP } from '../../reference/media-types.ts';
import type { Capability, PackagedPlugin } from './capability.ts';

const FILES: ReadonlySet<string> = new Set(['handler.lua', 'schema.lua']);
/** RFC 1123: the resource carries the plugin's name, and a volume too. */
const RESOURCE_NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const BLOCK_BYTES = 512;
/** What the operator reads of the tar; its end need not be among it. */
export const OPERATOR_TAR_BYTES: number = 1024 * 1024;

/**
 * Whether Kong's operator takes the artifact as a KongPluginInstallation (kong-operator,
 * controller/kongplugininstallation/image/image.go).
 */
export function forKongOperator(plugin: PackagedPlugin): Capability {
  const fault = faultOf(plugin);
  const bytes = tarBytes((plugin.entries ?? plugin.files).map((entry) => entry.bytes.length));
  return {
    way: 'kong-operator',
    possible: fault === undefined,
    reason:
      fault ??
      `handler.lua and schema.lua take ${bytes} of ${OPERATOR_TAR_BYTES} bytes; the operator checks no signature, so name it by digest`,
  };
}

/** What files of these sizes take in a tar: a header each, and their bytes in whole blocks. */
export function tarBytes(sizes: readonly number[]): number {
  return sizes.reduce(
    (sum, size) => sum + BLOCK_BYTES + Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES,
    0,
  );
}

function faultOf({ name, files, entries = files, layerTypes }: PackagedPlugin): string | undefined {
  const layers = layerTypes?.filter(isImageLayerType).length ?? 1;
  if (layers !== 1) return `it has ${layers} layers of the type ${OCI_LAYER_GZIP}, not one`;
  if (!RESOURCE_NAME.test(name)) return `${name} cannot be the name of a Kubernetes resource`;
  // The operator looks at the last part of a name only, and refuses directories too.
  const other = entries.filter(({ path }) => !FILES.has(lastPart(path)));
  if (other.length > 0)
    return `it takes handler.lua and schema.lua alone, and here is ${listed(other.map(({ path }) => path))}`;
  if (new Set(entries.map(({ path }) => lastPart(path))).size !== 2 || entries.length !== 2)
    return `it takes one handler.lua and one schema.lua, and here are ${listed(entries.map(({ path }) => path))}`;
  const bytes = tarBytes(entries.map((entry) => entry.bytes.length));
  if (bytes > OPERATOR_TAR_BYTES)
    return `handler.lua and schema.lua take ${bytes} bytes as tar, and it reads ${OPERATOR_TAR_BYTES}`;
  const binary = entries.find((entry) => !isUtf8(wholeOf(entry.bytes)));
  return binary && `${binary.path} is no UTF-8, and a ConfigMap holds nothing else`;
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The first three paths, and how many more there are. */
export function listed(paths: readonly string[]): string {
  const rest = paths.length - 3;
  return paths.slice(0, 3).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
