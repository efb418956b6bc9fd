import { KongcrateError } from '../../errors/kongcrate-error.ts';
import { readAuthConfig, type AuthConfig } from './auth-config.ts';
import { configFiles, type ConfigPlaces } from './config-files.ts';
import { isAccessToken, type Credentials, type CredentialSource } from './credentials.ts';
import { decodeEntry, fromPair } from './decode-entry.ts';
import { canonicalHost, keysFor, serverAddress } from './registry-key.ts';
import { helperFailed, runHelper, type HelperOptions } from './run-helper.ts';

/** A login for this call: a user name with its password, or an access token, sent as it is. */
export type GivenCredentials = { readonly host: string } & (
  { readonly username: string; readonly password: string } | { readonly token: string }
);

export interface ReadCredentialsOptions extends ConfigPlaces {
  /** Counts for its registry in place of every file; other registries never see it. */
  readonly given?: GivenCredentials | undefined;
  /** Told once a file that others can read too. */
  readonly onNote?: ((text: string) => void) | undefined;
  /** How long a credential helper may take; default 30,000. */
  readonly helperTimeoutMs?: number | undefined;
  /** Ends a credential helper that still runs. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Finds credentials where docker and podman keep them, merged per host: a file that lacks a host
 * hides nothing. The longest path wins (`host/ns/repo`, `host/ns`, `host`), then the first file;
 * hosts compare whole. Files are read when credentials are first asked for.
 * @throws KongcrateError USAGE for a login that cannot be sent; the returned function throws
 *   CREDENTIALS_UNREADABLE
 */
export function readCredentials(options: ReadCredentialsOptions): CredentialSource {
  const given = options.given && decodeGiven(options.given);
  const givenHost = options.given && canonicalHost(options.given.host);
  let configs: readonly AuthConfig[] | undefined;
  return async (registryHost, repository) => {
    const host = canonicalHost(registryHost);
    if (host === givenHost) return given;
    configs ??= readAll(options);
    for (const key of keysFor(host, repository))
      for (const config of configs) {
        const found = (await askHelper(config, key, options)) ?? readEntry(config, key);
        if (found !== undefined) return found;
      }
    return undefined;
  };
}

function decodeGiven(given: GivenCredentials): Credentials {
  if ('token' in given) {
    const { token } = given;
    if (isAccessToken(token)) return { kind: 'access-token', token, source: '--registry-token' };
    throw usage('--registry-token is no token', 'Give the token alone, without quotes or spaces.');
  }
  const { username, password } = given;
  // RFC 7617 2: a colon would move the border between the two.
  if (username !== '' && !username.includes(':') && password !== '')
    return fromPair(username, password, '--registry-username');
  throw usage(
    'a login needs a user name without colon and a password',
    'Give --registry-username NAME, and the password on standard input.',
  );
}

function readAll(options: ReadCredentialsOptions): readonly AuthConfig[] {
  const configs = configFiles(options).map(readAuthConfig);
  const present = configs.filter((config) => config !== undefined);
  for (const { file, isWorldReadable } of present)
    if (isWorldReadable) options.onNote?.(`${file} can be read by every user: chmod 600 it`);
  return present;
}

/** A helper is asked for hosts only, and only for the ones it is configured for. */
async function askHelper(
  config: AuthConfig,
  key: string,
  options: ReadCredentialsOptions,
): Promise<Credentials | undefined> {
  if (key.includes('/')) return undefined;
  const name = config.helpers.get(key) ?? config.defaultHelper;
  if (name === undefined) return undefined;
  const helperOptions: HelperOptions = {
    environment: options.environment,
    timeoutMs: options.helperTimeoutMs,
    signal: options.signal,
  };
  const output = await runHelper({ name, action: 'get', input: serverAddress(key) }, helperOptions);
  return output === undefined ? undefined : decodeAnswer(output, `docker-credential-${name}`);
}

function readEntry(config: AuthConfig, key: string): Credentials | undefined {
  const entry = config.entries.get(key);
  return entry === undefined ? undefined : decodeEntry(entry, { file: config.file, key });
}

function decodeAnswer(output: string, program: string): Credentials | undefined {
  const { Username: username, Secret: secret } = parseAnswer(output);
  if (typeof username !== 'string' || typeof secret !== 'string')
    throw helperFailed(program, 'its answer is no JSON with Username and Secret');
  return secret === '' ? undefined : fromPair(username, secret, program);
}

function parseAnswer(output: string): Readonly<Record<string, unknown>> {
  try {
    return { ...(JSON.parse(output) as object | null) };
  } catch {
    return {};
  }
}

function usage(message: string, remedy: string): KongcrateError {
  return new KongcrateError('USAGE', message, { remedy });
}
