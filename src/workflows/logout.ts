import { readCredentials } from '../registry/credentials/read-credentials.ts';
import { eraseCredentials, type LoginPlaces } from '../registry/credentials/store-credentials.ts';
import { parseRegistryHost } from './parse-registry-host.ts';

export interface LoggedOut {
  readonly host: string;
  /** The files and credential helpers that held a login. */
  readonly removedFrom: readonly string[];
  /** Where a login for this host is still found: in podman's files, which stay as they are. */
  readonly remainsIn?: string;
}

/**
 * Removes the login for a registry from docker's configuration and its credential helper.
 * @throws KongcrateError USAGE, CREDENTIALS_UNREADABLE, INSTALL_FAILED
 */
export async function logout(hostText: string, places: LoginPlaces): Promise<LoggedOut> {
  const host = parseRegistryHost(hostText);
  const removedFrom = await eraseCredentials(host, places);
  const left = await readCredentials(places)(host, undefined);
  return { host, removedFrom, ...(left === undefined ? {} : { remainsIn: left.source }) };
}
