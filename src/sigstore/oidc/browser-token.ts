import * as client from 'openid-client';
import { refuseOpenLine } from '../open-services.ts';
import { openCallbackServer } from './callback-server.ts';
import { openProvider, SCOPE, type ProviderOptions } from './open-provider.ts';
import { providerFailure } from './provider-failure.ts';
import { startUserLimit } from './user-limit.ts';

export interface BrowserOptions extends ProviderOptions {
  /** Shows the user, or a browser, the page to log in on. */
  readonly show: (page: URL) => void;
}

/**
 * Has the user log in with a browser on this machine: an authorization code with PKCE, sent back to
 * loopback (RFC 6749, RFC 7636, RFC 8252). The answer must have our state and come from the issuer
 * (RFC 9207), the token our nonce, issuer and client.
 * @returns the identity token
 * @throws KongcrateError IDENTITY_TOKEN_INVALID, SIGNING_SERVICE_ERROR, NETWORK_FAILED, TIMED_OUT,
 *   USAGE; the reason of the signal
 */
export async function fetchBrowserToken(options: BrowserOptions): Promise<string> {
  const { issuer, waitMs, signal } = options;
  const limit = startUserLimit(waitMs, signal);
  try {
    return await logIn(await openProvider(options), options, limit.signal);
  } catch (error) {
    signal?.throwIfAborted();
    throw providerFailure(issuer, error);
  } finally {
    limit.end();
  }
}

async function logIn(
  provider: client.Configuration,
  { show }: BrowserOptions,
  signal: AbortSignal,
): Promise<string> {
  const state = client.randomState();
  const nonce = client.randomNonce();
  const verifier = client.randomPKCECodeVerifier();
  const callback = await openCallbackServer(state, signal);
  try {
    const page = client.buildAuthorizationUrl(provider, {
      redirect_uri: callback.redirectUri,
      scope: SCOPE,
      state,
      nonce,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    // It comes from the provider, and a program is started with it.
    refuseOpenLine(page);
    show(page);
    const tokens = await client.authorizationCodeGrant(provider, await callback.answer, {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: verifier,
    });
    return tokens.id_token ?? '';
  } finally {
    callback.close();
  }
}
