import { demandMountable } from './demand-mountable.ts';
import type { ExportedFile, ExportedPlugin, ExportSettings } from './exported-plugin.ts';
import { headline } from './headline.ts';
import { demandImage, KONG_IMAGE, pinNote } from './image-reference.ts';

/**
 * A Dockerfile that adds the plugin to Kong's image. Kong's packages give that tree to the user
 * `kong`, and so do the copied files.
 * @throws KongcrateError PLUGIN_REFUSED, USAGE, REFERENCE_INVALID
 */
export function renderDockerfile(
  plugin: ExportedPlugin,
  settings: ExportSettings,
): readonly ExportedFile[] {
  demandMountable(plugin);
  const base = demandImage(settings.base ?? KONG_IMAGE);
  const lines = [
    headline('dockerfile', plugin, settings),
    ...pinNote(base),
    `FROM ${base}`,
    `COPY --from=${plugin.reference} --chown=kong:kong / /usr/local/share/lua/5.1/`,
    `ENV KONG_PLUGINS=${quote(`bundled,${plugin.name}`)}`,
  ];
  return [{ name: 'Dockerfile', text: `${lines.join('\n')}\n` }];
}

/** In double quotes a Dockerfile expands variables and knows the backslash. */
function quote(text: string): string {
  return `"${text.replace(/["\\$]/g, '\\$&')}"`;
}
