import { KongcrateError } from '../errors/kongcrate-error.ts';
import { DOCKER_CONFIG, isImageLayerType, OCI_CONFIG } from '../reference/media-types.ts';
import type { ExportedPlugin } from './exported-plugin.ts';

const CONFIG_TYPES: ReadonlySet<string> = new Set([OCI_CONFIG, DOCKER_CONFIG]);

/**
 * Refuses an artifact that builders and container runtimes do not take as an image, or whose files
 * they would not put where `install` puts them: what is copied must be what was verified and read.
 * @throws KongcrateError PLUGIN_REFUSED
 */
export function demandMountable({ name, files, entries, manifest }: ExportedPlugin): void {
  const types = [manifest.config, ...manifest.layers].map(({ mediaType }) => mediaType);
  const [config = '', ...layers] = types;
  if (!CONFIG_TYPES.has(config) || !layers.every(isImageLayerType))
    throw refused(`${name} is no image, but an artifact of ${types.join(' and ')}`, 'TYPE');
  const expected = new Set(files.map(({ path }) => path));
  const found = entries.map(({ path }) => path).filter((path) => !path.endsWith('/'));
  const other = found.find((path) => !expected.has(path));
  if (other !== undefined)
    throw refused(`${other} would be copied to where Kong looks for Lua files`, 'PLACE');
}

function refused(message: string, reason: string): KongcrateError {
  return new KongcrateError('PLUGIN_REFUSED', message, {
    remedy:
      'Publish it with --layout image, the default, or export it --to docker-run or helm, which take the files out.',
    details: { reason },
  });
}
