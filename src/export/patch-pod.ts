import { prependRoot } from '../kong/lua-path.ts';
import { comment } from './headline.ts';
import { resourceName } from './resource-name.ts';
import { writeYaml } from './write-yaml.ts';

/** The container that runs Kong in the Deployments of Kong's chart and operator. */
const CONTAINER = 'proxy';

/** What a pod gets besides the settings of Kong's container. */
export interface PodParts {
  readonly volume: object;
  readonly initContainers?: readonly object[];
  /** More comments, for what this way needs. */
  readonly notes: readonly string[];
}

/** Where Kong's container sees a plugin's files. */
function mountPath(plugin: string): string {
  return `/opt/kongcrate/${plugin}`;
}

/** A strategic merge patch for a Deployment: `kubectl patch deployment NAME --patch-file FILE`. */
export function patchPod(plugin: string, parts: PodParts, head: readonly string[]): string {
  const { volume, initContainers, notes } = parts;
  const name = resourceName(plugin);
  const path = mountPath(plugin);
  const container = {
    name: CONTAINER,
    env: [
      { name: 'KONG_PLUGINS', value: `bundled,${plugin}` },
      { name: 'KONG_LUA_PACKAGE_PATH', value: prependRoot(path, undefined) },
    ],
    volumeMounts: [{ name, mountPath: path, readOnly: true }],
  };
  const spec = {
    ...(initContainers ? { initContainers } : {}),
    containers: [container],
    volumes: [{ name, ...volume }],
  };
  return writeYaml({ spec: { template: { spec } } }, [...head, ...NOTES, ...notes.map(comment)]);
}

const NOTES = [
  'Apply it by: kubectl patch deployment NAME --patch-file FILE',
  `The container that runs Kong is called ${CONTAINER} in Kong's chart and operator: put the name that yours has.`,
  'KONG_PLUGINS and KONG_LUA_PACKAGE_PATH are whole lists: add what your Kong loads besides.',
].map(comment);
