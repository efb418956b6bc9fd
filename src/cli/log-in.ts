import { printable } from '../errors/printable.ts';
import { PUBLIC_AUDIENCE } from '../sigstore/identity-token.ts';
import type { ServiceConnection } from '../sigstore/open-services.ts';
import { parseServiceUrl } from '../sigstore/read-signing-config.ts';
import type { Context } from './context.ts';
import type { IdentityFlags } from './identity-options.ts';
import { openBrowser } from './open-browser.ts';

const PUBLIC_ISSUER = 'https://oauth2.sigstore.dev/auth';

/**
 * Has the user log in at an OpenID provider: with a browser on this machine, or on any device.
 * @returns the identity token
 * @throws KongcrateError IDENTITY_TOKEN_INVALID, USAGE, SIGNING_SERVICE_ERROR, NETWORK_FAILED,
 *   TIMED_OUT
 */
export async function logIn(
  { fulcioAuthFlow, oidcIssuer = PUBLIC_ISSUER, oidcClientId = PUBLIC_AUDIENCE }: IdentityFlags,
  context: Context,
  connection: ServiceConnection,
): Promise<string> {
  const { environment, signal } = context;
  const issuer = parseServiceUrl(oidcIssuer);
  const provider = { issuer, clientId: oidcClientId, connection, signal };
  if (fulcioAuthFlow === 'device') {
    const { fetchDeviceToken } = await import('../sigstore/oidc/device-token.ts');
    const show = (login: { readonly page: string; readonly code: string }): void => {
      say(context, `open this page on any device, and check the code ${login.code}:`, login.page);
    };
    return fetchDeviceToken({ ...provider, show });
  }
  const { fetchBrowserToken } = await import('../sigstore/oidc/browser-token.ts');
  const show = ({ href }: URL): void => {
    say(context, 'log in with a browser on this machine:', href);
    openBrowser(href, environment);
  };
  return fetchBrowserToken({ ...provider, show });
}

/** Without the page nobody can log in: it is shown where notes are not. */
function say({ stderr }: Context, what: string, page: string): void {
  stderr.write(`${printable(`To say who is signing, ${what}\n  ${page}`)}\n`);
}
