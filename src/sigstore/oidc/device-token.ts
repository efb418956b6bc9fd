import * as client from 'openid-client';
import { redactText } from '../../http/redact.ts';
import { openProvider, SCOPE, type ProviderOptions } from './open-provider.ts';
import { providerFailure } from './provider-failure.ts';
import { startUserLimit } from './user-limit.ts';

/** What the user needs to log in elsewhere. */
export interface DeviceLogin {
  readonly page: string;
  /** To be typed there. */
  readonly code: string;
}

export interface DeviceOptions extends ProviderOptions {
  readonly show: (login: DeviceLogin) => void;
}

/**
 * Has the user log in with a browser anywhere, and asks until that is done (RFC 8628). The challenge
 * is what sigstore's own clients send along.
 * @returns the identity token
 * @throws KongcrateError IDENTITY_TOKEN_INVALID, SIGNING_SERVICE_ERROR, NETWORK_FAILED, TIMED_OUT,
 *   USAGE; the reason of the signal
 */
export async function fetchDeviceToken(options: DeviceOptions): Promise<string> {
  const { issuer, waitMs, signal, show } = options;
  const limit = startUserLimit(waitMs, signal);
  try {
    const provider = await openProvider(options);
    const verifier = client.randomPKCECodeVerifier();
    const login = await client.initiateDeviceAuthorization(provider, {
      scope: SCOPE,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    const page = new URL(login.verification_uri_complete ?? login.verification_uri);
    show({ page: page.href, code: redactText(login.user_code) });
    const proof = { code_verifier: verifier };
    const until = { signal: limit.signal };
    const tokens = await client.pollDeviceAuthorizationGrant(provider, login, proof, until);
    return tokens.id_token ?? '';
  } catch (error) {
    signal?.throwIfAborted();
    throw providerFailure(issuer, error);
  } finally {
    limit.end();
  }
}
