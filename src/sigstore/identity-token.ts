import { KongcrateError } from '../errors/kongcrate-error.ts';

/** A token of an OpenID provider, of which nothing is believed: Fulcio verifies it. */
export interface IdentityToken {
  /** The token itself: a secret until it ends. */
  readonly text: string;
  readonly issuer: string;
  /** What Fulcio wants a proof of possession over: the e-mail address, or the subject. */
  readonly subject: string;
}

/** Whom the tokens are for that sigstore's public Fulcio takes. */
export const PUBLIC_AUDIENCE = 'sigstore';
const CLOCK_SKEW_S = 30;

export interface TokenDemand {
  /** Whom the token must be for; {@link PUBLIC_AUDIENCE} unless told. */
  readonly audience?: string;
  readonly now?: Date;
}

/**
 * Reads an identity token (OpenID Connect Core 1.0, section 2), so that one that is of no use is
 * told before anybody sees it.
 * @throws KongcrateError IDENTITY_TOKEN_INVALID, which never repeats the token
 */
export function readIdentityToken(given: string, demand: TokenDemand = {}): IdentityToken {
  const { audience = PUBLIC_AUDIENCE, now = new Date() } = demand;
  const text = given.trim();
  const claims = readClaims(text);
  const { iss, aud, exp } = claims;
  const audiences = Array.isArray(aud) ? (aud as readonly unknown[]) : [aud];
  if (!audiences.includes(audience))
    throw invalid(
      `it is for ${audiences.map((one) => JSON.stringify(one)).join(', ')}, not for "${audience}"`,
    );
  if (typeof exp !== 'number' || exp + CLOCK_SKEW_S < now.getTime() / 1000)
    throw invalid('it has ended');
  if (typeof iss !== 'string' || iss === '') throw invalid('it does not say who issued it');
  return { text, issuer: iss, subject: subjectOf(claims) };
}

type Claims = Readonly<Record<string, unknown>>;

function readClaims(text: string): Claims {
  const [, payload = '', , ...more] = text.split('.');
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    if (typeof claims === 'object' && claims !== null && more.length === 0) return claims as Claims;
  } catch {
    // Told below: the reason of a parser would quote the token.
  }
  throw invalid('it is no JSON web token');
}

/** As sigstore's own clients choose it: whose address is not verified has no certificate. */
function subjectOf({ email, email_verified: isVerified, sub }: Claims): string {
  if (typeof email === 'string' && email !== '') {
    if (isVerified === true || isVerified === 'true') return email;
    throw invalid('its e-mail address is not verified');
  }
  if (typeof sub === 'string' && sub !== '') return sub;
  throw invalid('it names nobody');
}

function invalid(why: string): KongcrateError {
  return new KongcrateError('IDENTITY_TOKEN_INVALID', `the identity token is of no use: ${why}`, {
    remedy:
      'Get a new one for the audience of this Fulcio ("sigstore", or --oidc-client-id), or sign with --key.',
  });
}
