/**
 * What opens a registry: a name and a password; an identity token, which is exchanged for access
 * tokens (docker's `identitytoken`, OAuth 2 refresh token); or an access token used as it is
 * (docker's `registrytoken`, `--registry-token`).
 */
export type Credentials =
  | {
      readonly kind: 'basic';
      readonly username: string;
      readonly password: string;
      readonly source: string;
    }
  | { readonly kind: 'identity-token'; readonly token: string; readonly source: string }
  | { readonly kind: 'access-token'; readonly token: string; readonly source: string };

/**
 * Finds the credentials for a registry, given as references name it, and for a repository in it.
 * `source` in the answer says where they came from, in words that may be printed.
 * @throws KongcrateError CREDENTIALS_UNREADABLE
 */
export type CredentialSource = (
  registryHost: string,
  repository: string | undefined,
) => Promise<Credentials | undefined>;

/** RFC 6750 2.1: anything else could end an Authorization header and start another one. */
const ACCESS_TOKEN = /^[A-Za-z0-9._~+/-]+=*$/;

/** Whether a value may stand in an Authorization header after `Bearer`. */
export function isAccessToken(value: unknown): value is string {
  return typeof value === 'string' && ACCESS_TOKEN.test(value);
}

/** The value of an Authorization header (RFC 7617). */
export function basicAuthorization(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}

/** Cuts credentials out of foreign text: a server that repeats them must not put them into a log. */
export function hideCredentials(text: string, credentials: Credentials | undefined): string {
  const secrets = secretsOf(credentials).filter((secret) => secret !== '');
  return secrets.reduce((shown, secret) => shown.replaceAll(secret, '***'), text);
}

function secretsOf(credentials: Credentials | undefined): readonly string[] {
  if (credentials === undefined) return [];
  if (credentials.kind !== 'basic') return [credentials.token];
  const { username, password } = credentials;
  return [basicAuthorization(username, password).slice('Basic '.length), password];
}
