import { join } from 'node:path';

/** Where a user's registry configuration is looked for. */
export interface ConfigPlaces {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The user's home directory. */
  readonly home: string;
  /** The only file to use, in docker's format: `--registry-config`. */
  readonly registryConfig?: string | undefined;
}

/** The file that docker, crane, oras and cosign share: what a login is written to. */
export function dockerConfigFile({ environment, home, registryConfig }: ConfigPlaces): string {
  if (registryConfig !== undefined) return registryConfig;
  return join(setIn(environment, 'DOCKER_CONFIG') ?? join(home, '.docker'), 'config.json');
}

/** Every file that may hold credentials, in the order in which they count for the same host. */
export function configFiles(places: ConfigPlaces): readonly string[] {
  const docker = dockerConfigFile(places);
  if (places.registryConfig !== undefined) return [docker];
  const { environment } = places;
  const named = setIn(environment, 'REGISTRY_AUTH_FILE');
  const runtime = setIn(environment, 'XDG_RUNTIME_DIR');
  return [
    docker,
    ...(named === undefined ? [] : [named]),
    ...(runtime === undefined ? [] : [join(runtime, 'containers', 'auth.json')]),
    join(userConfigDirectory(places), 'containers', 'auth.json'),
  ];
}

/** The XDG base directory for a user's configuration. */
export function userConfigDirectory({ environment, home }: ConfigPlaces): string {
  return setIn(environment, 'XDG_CONFIG_HOME') ?? join(home, '.config');
}

/** An empty variable counts as one that is not there. */
function setIn(environment: ConfigPlaces['environment'], name: string): string | undefined {
  return environment[name] === '' ? undefined : environment[name];
}
