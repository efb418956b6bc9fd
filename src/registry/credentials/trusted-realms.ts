import { join } from 'node:path';
import { readConfigDocument, unreadable } from './auth-config.ts';
import { userConfigDirectory, type ConfigPlaces } from './config-files.ts';
import { canonicalHost } from './registry-key.ts';
import { writePrivateFile } from './write-private-file.ts';

/**
 * The hosts that a user agreed to send a registry's credentials to, besides the registry's own.
 * They are kept apart from docker's files, in `$XDG_CONFIG_HOME/kongcrate/realms.json`.
 * @throws KongcrateError CREDENTIALS_UNREADABLE
 */
export function readTrustedAuthHosts(
  registryHost: string,
  places: ConfigPlaces,
): readonly string[] {
  return readRealms(places)[canonicalHost(registryHost)] ?? [];
}

/**
 * Remembers that credentials for a registry may go to a token server's host.
 * @throws KongcrateError CREDENTIALS_UNREADABLE, INSTALL_FAILED
 */
export function storeTrustedAuthHost(
  pair: { readonly registryHost: string; readonly authHost: string },
  places: ConfigPlaces,
): void {
  const registry = canonicalHost(pair.registryHost);
  const realms = readRealms(places);
  const hosts = new Set([...(realms[registry] ?? []), pair.authHost]);
  const text = JSON.stringify({ ...realms, [registry]: [...hosts].sort() }, null, 2);
  writePrivateFile(realmsFile(places), `${text}\n`);
}

function realmsFile(places: ConfigPlaces): string {
  return join(userConfigDirectory(places), 'kongcrate', 'realms.json');
}

function readRealms(places: ConfigPlaces): Readonly<Record<string, readonly string[]>> {
  const file = realmsFile(places);
  const realms = readConfigDocument(file)?.document ?? {};
  const isListed = (hosts: unknown): boolean =>
    Array.isArray(hosts) && hosts.every((host) => typeof host === 'string');
  if (!Object.values(realms).every(isListed))
    throw unreadable(file, 'it is no object of lists of hosts');
  return realms as Readonly<Record<string, readonly string[]>>;
}
