import { KongcrateError } from '../errors/kongcrate-error.ts';
import { createRegistrySend, type RegistryOptions } from '../registry/create-registry-send.ts';
import type { ConfigPlaces } from '../registry/credentials/config-files.ts';
import type { CredentialSource } from '../registry/credentials/credentials.ts';
import { storeCredentials } from '../registry/credentials/store-credentials.ts';
import {
  readTrustedAuthHosts,
  storeTrustedAuthHost,
} from '../registry/credentials/trusted-realms.ts';
import { parseRegistryHost } from './parse-registry-host.ts';

/** A registry names a token server on another host, which nobody has vouched for yet. */
export interface ForeignRealm {
  readonly registry: string;
  readonly authHost: string;
}

export interface LoginOptions extends ConfigPlaces {
  /** The registry, as references name it; `https://` before it is ignored. */
  readonly host: string;
  readonly username: string;
  readonly password: string;
  /** How the registry is reached. */
  readonly connection?: Omit<
    RegistryOptions,
    'host' | 'repository' | 'credentials' | 'trustedAuthHosts'
  >;
  /** Hosts that may have the credentials besides the registry, now and in future. */
  readonly trustedAuthHosts?: readonly string[];
  /** Asks whether credentials may go to a foreign token server; without it they may not. */
  readonly confirmRealm?: (realm: ForeignRealm) => Promise<boolean>;
  readonly signal?: AbortSignal;
}

export interface LoggedIn {
  readonly host: string;
  readonly username: string;
  /** The file, or the credential helper, that holds the login now. */
  readonly storedIn: string;
  /** Whether the registry asked for the credentials; where it did not, they are not proven. */
  readonly checked: boolean;
  /** The hosts that were agreed to for this login, and are remembered for this registry. */
  readonly trustedAuthHosts: readonly string[];
}

/**
 * Checks a user name and a password with a registry and keeps them where docker, crane, oras and
 * cosign look for them. Nothing is kept when the registry refuses them.
 * @throws KongcrateError USAGE, AUTHENTICATION_FAILED, REALM_REFUSED, CREDENTIALS_UNREADABLE,
 *   REGISTRY_ERROR, NETWORK_FAILED, TIMED_OUT, INSTALL_FAILED
 */
export async function login(options: LoginOptions): Promise<LoggedIn> {
  const { username, password } = options;
  // RFC 7617 2: a colon would move the border between the two.
  if (username === '' || username.includes(':') || password === '')
    throw new KongcrateError('USAGE', 'a login needs a user name without colon and a password', {
      remedy: 'Give both; an access token is the password.',
    });
  const host = parseRegistryHost(options.host);
  const named = options.trustedAuthHosts ?? [];
  const known = readTrustedAuthHosts(host, options);
  const { checked, confirmed } = await checkWithConsent({ ...options, host }, [...named, ...known]);
  const storedIn = await storeCredentials({ host, username, password }, options);
  const trustedAuthHosts = [...named, ...confirmed];
  for (const authHost of trustedAuthHosts)
    storeTrustedAuthHost({ registryHost: host, authHost }, options);
  return { host, username, storedIn, checked, trustedAuthHosts };
}

interface Checked {
  readonly checked: boolean;
  readonly confirmed: readonly string[];
}

/** Checks the login; a foreign token server is asked about once, and tried again if it is agreed to. */
async function checkWithConsent(
  options: LoginOptions,
  trusted: readonly string[],
): Promise<Checked> {
  try {
    return { checked: await checkLogin(options, trusted), confirmed: [] };
  } catch (error) {
    const authHost = foreignHostOf(error);
    if (authHost === undefined || options.confirmRealm === undefined) throw error;
    if (!(await options.confirmRealm({ registry: options.host, authHost }))) throw error;
    return { checked: await checkLogin(options, [...trusted, authHost]), confirmed: [authHost] };
  }
}

/** Asks for the API's root, which proves a login (OCI distribution-spec, end-1). */
async function checkLogin(
  options: LoginOptions,
  trustedAuthHosts: readonly string[],
): Promise<boolean> {
  const { host, username, password, signal } = options;
  let checked = false;
  const credentials: CredentialSource = () => {
    checked = true;
    return Promise.resolve({ kind: 'basic', username, password, source: 'this login' });
  };
  const connection = createRegistrySend({
    ...options.connection,
    host,
    credentials,
    trustedAuthHosts,
  });
  try {
    const url = new URL('/v2/', connection.registry);
    const request = { method: 'GET', url, headers: {}, mayAuthorize: true } as const;
    const response = await connection.send({ ...request, ...(signal ? { signal } : {}) });
    response.discard();
    if (response.status === 200) return checked;
    throw unexpectedAnswer(host, response.status);
  } finally {
    connection.close();
  }
}

function foreignHostOf(error: unknown): string | undefined {
  if (!(error instanceof KongcrateError) || error.code !== 'REALM_REFUSED') return undefined;
  const { reason, authHost } = error.details;
  return reason === 'FOREIGN' && typeof authHost === 'string' ? authHost : undefined;
}

function unexpectedAnswer(host: string, status: number): KongcrateError {
  return new KongcrateError(
    status === 401 ? 'AUTHENTICATION_FAILED' : 'REGISTRY_ERROR',
    `${host} answered ${status} where a registry says 200`,
    {
      remedy: 'Check the host, the port and the login; nothing was stored.',
      details: { status },
    },
  );
}
