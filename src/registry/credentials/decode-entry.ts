import { unreadable } from './auth-config.ts';
import { isAccessToken, type Credentials } from './credentials.ts';

/** The user name that marks a password as an identity token (docker's credential helpers). */
const TOKEN_USER = '<token>';
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/**
 * Reads one entry of `auths`: `registrytoken`, `identitytoken`, `auth` (base64 of `user:password`)
 * or `username` and `password`. Undefined for an entry without a secret: docker leaves `{}` where a
 * helper holds it.
 * @throws KongcrateError CREDENTIALS_UNREADABLE
 */
export function decodeEntry(
  entry: Readonly<Record<string, unknown>>,
  { file, key }: { readonly file: string; readonly key: string },
): Credentials | undefined {
  const { registrytoken, identitytoken, auth, username, password } = entry;
  if (isText(registrytoken)) {
    if (isAccessToken(registrytoken))
      return { kind: 'access-token', token: registrytoken, source: file };
    throw unreadable(file, `registrytoken of ${key} is no token`);
  }
  if (isText(identitytoken)) return { kind: 'identity-token', token: identitytoken, source: file };
  if (isText(auth)) {
    const pair = decodePair(auth);
    if (pair === undefined) throw unreadable(file, `auth of ${key} is no base64 of user:password`);
    return fromPair(...pair, file);
  }
  if (isText(username) && isText(password)) return fromPair(username, password, file);
  return undefined;
}

/** A user name and a secret, as config files and helpers give them. */
export function fromPair(username: string, password: string, source: string): Credentials {
  return username === TOKEN_USER
    ? { kind: 'identity-token', token: password, source }
    : { kind: 'basic', username, password, source };
}

function decodePair(auth: string): readonly [string, string] | undefined {
  if (!BASE64.test(auth.trim())) return undefined;
  // Some writers pad with NUL; docker cuts it off as well.
  const text = Buffer.from(auth, 'base64').toString('utf8').replaceAll('\0', '');
  const colon = text.indexOf(':');
  return colon <= 0 ? undefined : [text.slice(0, colon), text.slice(colon + 1)];
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
