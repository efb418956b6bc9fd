import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { ExportedFile, ExportedPlugin, ExportSettings } from './exported-plugin.ts';
import { comment, headline } from './headline.ts';
import { planConfigMaps, type PlannedConfigMap } from './plan-config-maps.ts';
import { resourceName } from './resource-name.ts';
import { writeYaml } from './write-yaml.ts';

/** Where Kong's chart mounts the Lua root of plugins. */
const CHART_LUA_ROOT = '/opt';

/**
 * Values for the chart kong/kong, and the ConfigMaps that they name. A change of the ConfigMaps
 * alone restarts no pod (Kong/charts#490): an annotation with the layer's digest does.
 * @throws KongcrateError PLUGIN_REFUSED
 */
export function renderHelm(
  plugin: ExportedPlugin,
  settings: ExportSettings,
): readonly ExportedFile[] {
  // The chart makes the volume's name of the plugin's.
  if (resourceName(plugin.name) !== `kong-plugin-${plugin.name}`)
    throw new KongcrateError(
      'PLUGIN_REFUSED',
      `Kong's chart cannot name a volume after ${plugin.name}`,
      {
        remedy:
          'It takes at most 51 lower-case letters, digits and -; export it --to kubernetes, which takes every name.',
        details: { reason: 'NAME' },
      },
    );
  const maps = planConfigMaps(plugin.name, plugin.files);
  const head = headline('helm', plugin, settings);
  const objects = maps.map((map, index) =>
    writeYaml(configMap(map), index === 0 ? [head, APPLY] : []),
  );
  return [
    { name: 'configmaps.yaml', text: objects.join('---\n') },
    { name: 'values.yaml', text: writeYaml(valuesOf(plugin, maps), [head, ...NOTES]) },
  ];
}

function configMap({ name, data, binaryData }: PlannedConfigMap): object {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name },
    ...(Object.keys(data).length > 0 ? { data } : {}),
    ...(Object.keys(binaryData).length > 0 ? { binaryData } : {}),
  };
}

function valuesOf(
  { name, files, manifest }: ExportedPlugin,
  [own, ...others]: readonly PlannedConfigMap[],
): object {
  const directory = `${own?.path ?? ''}/`;
  const below = others.filter(({ path }) => path.startsWith(directory));
  const subdirectories = below.map((map) => ({
    name: map.name,
    path: map.path.slice(directory.length),
  }));
  const siblings = others.filter((map) => !below.includes(map));
  const isFile = (path: string): boolean => files.some((file) => file.path === path);
  const extraConfigMaps = siblings.map((map) => ({
    name: map.name,
    mountPath: `${CHART_LUA_ROOT}/${map.path}`,
    ...(isFile(map.path) ? { subPath: map.path } : {}),
  }));
  return {
    podAnnotations: { [`dev.kongcrate.plugin/${name}`]: manifest.layers[0]?.digest },
    plugins: {
      configMaps: [
        { pluginName: name, name: own?.name, ...(below.length > 0 ? { subdirectories } : {}) },
      ],
    },
    ...(siblings.length > 0 ? { extraConfigMaps } : {}),
  };
}

const APPLY = comment(
  'Apply it first, in the namespace of the release: kubectl apply --server-side -f configmaps.yaml',
);
const NOTES = [
  'For the chart kong/kong: helm upgrade --install NAME kong/kong -f values.yaml',
  'Of several values files the last list counts: put the plugins of all of them into one.',
].map(comment);
