import { sign, verify, type KeyObject } from 'node:crypto';
import type { KeyPair } from './certificate.ts';

/** Whom the default token names: what GitHub says of a release workflow. */
export const IDENTITY =
  'https://github.com/acme/kong-plugins/.github/workflows/release.yml@refs/heads/main';
export const IDENTITY_ISSUER = 'https://token.actions.githubusercontent.com';

/** One subject alternative name of a certificate. */
export interface AlternativeName {
  readonly kind: 'uri' | 'mail' | 'username' | 'host' | 'distinguished name' | 'other';
  readonly value: string;
}

export interface TokenSpec {
  /** A URI; {@link IDENTITY} unless told. */
  readonly subject?: string;
  /** Makes it the token of a person, whose certificate names this address. */
  readonly email?: string;
  /** {@link IDENTITY_ISSUER} unless told. */
  readonly issuer?: string;
  /** GitHub's facts of the run, such as `repository`, and whatever else it shall say. */
  readonly claims?: Readonly<Record<string, string>>;
  /** What the certificate shall name instead, in this order. */
  readonly names?: readonly AlternativeName[];
}

export interface TokenClaims {
  readonly iss: string;
  readonly sub: string;
  readonly names: readonly AlternativeName[];
}

const LIFETIME_S = 600;

/** A token as an OpenID provider signs it for the audience `sigstore`. */
export function makeToken(keys: KeyPair, spec: TokenSpec): string {
  const { subject = IDENTITY, email, issuer = IDENTITY_ISSUER, claims = {} } = spec;
  const nowS = Math.floor(Date.now() / 1000);
  const person = email === undefined ? {} : { email, email_verified: true };
  const named: AlternativeName =
    email === undefined ? { kind: 'uri', value: subject } : { kind: 'mail', value: email };
  return signToken(keys, {
    iss: issuer,
    sub: subject,
    aud: 'sigstore',
    iat: nowS,
    exp: nowS + LIFETIME_S,
    ...person,
    ...claims,
    names: spec.names ?? [named],
  });
}

/** A token that says so, signed with a P-256 key. */
export function signToken(keys: KeyPair, claims: object): string {
  const parts = [{ alg: 'ES256', typ: 'JWT' }, claims];
  const signed = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
  const key = { key: keys.privateKey, dsaEncoding: 'ieee-p1363' } as const;
  const signature = sign('sha256', Buffer.from(signed.join('.')), key);
  return [...signed, signature.toString('base64url')].join('.');
}

/**
 * What a token says; throws where another provider signed it, or none.
 * @param keyOf the key of an issuer
 */
export function readToken(keyOf: (issuer: string) => KeyObject, token: string): TokenClaims {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const claims = readClaims(token);
  const key = { key: keyOf(claims.iss), dsaEncoding: 'ieee-p1363' } as const;
  const isOurs = verify(
    'sha256',
    Buffer.from(`${header}.${payload}`),
    key,
    Buffer.from(signature, 'base64url'),
  );
  if (!isOurs) throw new Error('the identity token is not signed by the local provider');
  // A real provider knows nothing of the names that a test wishes for.
  return { ...claims, names: claims.names ?? [{ kind: 'mail', value: claims.email ?? '' }] };
}

interface RealClaims extends Omit<TokenClaims, 'names'> {
  readonly email?: string;
  readonly names?: TokenClaims['names'];
}

/** What a token says, whoever signed it. */
export function readClaims(token: string): RealClaims {
  const [, payload = ''] = token.split('.');
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as RealClaims;
}
