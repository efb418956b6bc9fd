import { KongcrateError } from '../../errors/kongcrate-error.ts';
import { isAccessToken } from '../credentials/credentials.ts';

/** A token that opens one scope of one registry. */
export interface AccessToken {
  /** Fit for an Authorization header. */
  readonly value: string;
  /** Milliseconds since 1970 from which on it is not used any more. */
  readonly expiresAtMs: number;
}

/** Docker's token specification: what counts where `expires_in` is missing. */
const DEFAULT_LIFETIME_S = 60;
/** A token must outlive the request that carries it. */
const MARGIN_S = 5;

/**
 * Reads a token server's answer: `token` (docker) or `access_token` (OAuth 2).
 * @param realm the token server, for messages
 * @param nowMs when the token was asked for
 * @throws KongcrateError AUTHENTICATION_FAILED
 */
export function readAccessToken(
  body: Buffer,
  { realm, nowMs }: { readonly realm: URL; readonly nowMs: number },
): AccessToken {
  const answer = parseObject(body);
  const value = [answer?.['token'], answer?.['access_token']].find(isAccessToken);
  if (value === undefined)
    // The body may hold a secret in a shape nobody foresaw: it is not shown.
    throw new KongcrateError(
      'AUTHENTICATION_FAILED',
      `the token server ${realm.host} answered without a usable token`,
      { remedy: 'Try again; if it stays, tell the people who run the registry.' },
    );
  const lifetime = answer?.['expires_in'];
  const lifetimeS = typeof lifetime === 'number' && lifetime > 0 ? lifetime : DEFAULT_LIFETIME_S;
  return { value, expiresAtMs: nowMs + (lifetimeS - MARGIN_S) * 1000 };
}

function parseObject(body: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
