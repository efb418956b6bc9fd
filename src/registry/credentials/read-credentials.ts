import { KongcrateError } from '../../errors/kongcrate-error.ts';
import { readAuthConfig, type AuthConfig } from './auth-config.ts';
import { configFiles, type ConfigPlaces } from './config-files.ts';
import { isAccessToken, type Credentials, type CredentialSource } from './credentials.ts';
import { decodeEntry, fromPair } from './decode-entry.ts';
import { canonicalHost, keysFor, serverAddress } from './registry-key.ts';
import { helperFailed, runHelper, type HelperOptions } from './run-helper.ts';

export interface ReadCredentialsOptions extends ConfigPlaces {
  /** Given for this call; with `password` they come before every file. */
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** An access token for this call, sent as it is. */
  readonly token?: string | undefined;
  /** Told once a file that others can read too. */
  readonly onNote?: ((text: string) => void) | undefined;
  /** How long a credential helper may take; default 30,000. */
  readonly helperTimeoutMs?: number | undefined;
}

/**
 * Finds credentials where docker and podman keep them, merged per host: a file that lacks a host
 * hides nothing. The longest path wins (`host/ns/repo`, `host/ns`, `host`), then the first file;
 * hosts compare whole. Files are read when credentials are first asked for.
 * @throws KongcrateError USAGE for a user name without password; the returned function throws
 *   CREDENTIALS_UNREADABLE
 */
export function readCredentials(options: ReadCredentialsOptions): CredentialSource {
  const given = givenCredentials(options);
  let configs: readonly AuthConfig[] | undefined;
  return async (registryHost, repository) => {
    if (given !== undefined) return given;
    configs ??= readAll(options);
    for (const key of keysFor(canonicalHost(registryHost), repository))
      for (const config of configs) {
        const found = (await askHelper(config, key, options)) ?? readEntry(config, key);
        if (found !== undefined) return found;
      }
    return undefined;
  };
}

function givenCredentials({
  username,
  password,
  token,
}: ReadCredentialsOptions): Credentials | undefined {
  if (token !== undefined) {
    if (isAccessToken(token)) return { kind: 'access-token', token, source: '--registry-token' };
    throw usage('--registry-token is no token', 'Give the token alone, without quotes or spaces.');
  }
  if (username === undefined && password === undefined) return undefined;
  if (username && password) return fromPair(username, password, '--registry-username');
  throw usage(
    'a user name and a password belong together',
    'Give --registry-username and --password-stdin.',
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
