import { readAuthConfig, readConfigDocument } from './auth-config.ts';
import { dockerConfigFile, type ConfigPlaces } from './config-files.ts';
import { basicAuthorization } from './credentials.ts';
import { canonicalHost, canonicalKey, serverAddress } from './registry-key.ts';
import { runHelper, type HelperOptions } from './run-helper.ts';
import { writePrivateFile } from './write-private-file.ts';

export interface Login {
  /** The registry's host, with a port if it has one. */
  readonly host: string;
  readonly username: string;
  readonly password: string;
}

/** Where logins are kept; the signal ends a credential helper. */
export type LoginPlaces = ConfigPlaces & Pick<HelperOptions, 'signal'>;

/**
 * Keeps a login where docker, crane, oras and cosign look for it: in the credential helper that is
 * configured for the host, else in docker's config.json.
 * @returns the helper's name or the file, for people
 * @throws KongcrateError CREDENTIALS_UNREADABLE, INSTALL_FAILED
 */
export async function storeCredentials(login: Login, places: LoginPlaces): Promise<string> {
  const host = canonicalHost(login.host);
  const address = serverAddress(host);
  const { username, password } = login;
  const { file, helper } = placeOf(host, places);
  if (helper !== undefined)
    await runHelper(
      {
        name: helper,
        action: 'store',
        input: JSON.stringify({ ServerURL: address, Username: username, Secret: password }),
      },
      places,
    );
  const auth = basicAuthorization(username, password).slice('Basic '.length);
  // docker keeps an empty entry as the sign that a helper holds the secret.
  editAuths(file, host, { [address]: helper === undefined ? { auth } : {} });
  return helper === undefined ? file : `docker-credential-${helper}`;
}

/**
 * Removes a login, in every spelling of its host, from where {@link storeCredentials} puts it.
 * @returns the places that held one, for people
 * @throws KongcrateError CREDENTIALS_UNREADABLE, INSTALL_FAILED
 */
export async function eraseCredentials(
  registryHost: string,
  places: LoginPlaces,
): Promise<readonly string[]> {
  const host = canonicalHost(registryHost);
  const { file, helper } = placeOf(host, places);
  const removed: string[] = [];
  if (helper !== undefined) {
    const input = serverAddress(host);
    const held = await runHelper({ name: helper, action: 'get', input }, places);
    if (held !== undefined) {
      await runHelper({ name: helper, action: 'erase', input }, places);
      removed.push(`docker-credential-${helper}`);
    }
  }
  if (editAuths(file, host, {})) removed.push(file);
  return removed;
}

function placeOf(host: string, places: ConfigPlaces): { file: string; helper: string | undefined } {
  const file = dockerConfigFile(places);
  const config = readAuthConfig(file);
  return { file, helper: config?.helpers.get(host) ?? config?.defaultHelper };
}

/**
 * Replaces a host's entries in `auths`; everything else stays, indented as it was.
 * @returns whether there was an entry before
 */
function editAuths(file: string, host: string, entries: Readonly<Record<string, object>>): boolean {
  const { text, document } = readConfigDocument(file) ?? { text: '', document: {} };
  const before = Object.entries(document['auths'] ?? {});
  const kept = before.filter(([key]) => canonicalKey(key) !== host);
  const hadEntry = kept.length < before.length;
  if (!hadEntry && Object.keys(entries).length === 0) return false;
  const auths = { ...Object.fromEntries(kept), ...entries };
  const ending = text.endsWith('\n') ? '\n' : '';
  const json = JSON.stringify({ ...document, auths }, null, indentOf(text));
  writePrivateFile(file, `${json}${ending}`);
  return hadEntry;
}

/** The indent of the first line that has one; docker's own is a tab. */
function indentOf(text: string): string {
  if (text.trim() === '') return '\t';
  return /\n([ \t]+)"/.exec(text)?.[1] ?? '';
}
