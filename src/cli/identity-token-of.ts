import { addAbortSignal } from 'node:stream';
import { text } from 'node:stream/consumers';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { PUBLIC_AUDIENCE } from '../sigstore/identity-token.ts';
import type { ServiceConnection } from '../sigstore/open-services.ts';
import { readSourceFile } from '../workflows/read-source-file.ts';
import { isInteractive, isSet, type Context } from './context.ts';
import { asksForLogin, type IdentityFlags } from './identity-options.ts';
import { logIn } from './log-in.ts';

/**
 * Finds an identity token: the one that is given, that of a login which the flags ask for, the one of
 * the environment, else that of a login, where there is a terminal.
 * @throws KongcrateError IDENTITY_TOKEN_INVALID, SOURCE_UNREADABLE, USAGE, SIGNING_SERVICE_ERROR,
 *   NETWORK_FAILED, TIMED_OUT
 */
export async function readIdentityTokenOf(
  flags: IdentityFlags,
  context: Context,
  connection: ServiceConnection,
): Promise<string> {
  const { oidcToken } = flags;
  if (oidcToken === '-') return text(addAbortSignal(context.signal, context.stdin));
  if (oidcToken !== undefined) return readSourceFile(oidcToken).toString('utf8');
  if (asksForLogin(flags)) return logIn(flags, context, connection);
  const ambient = await readAmbientToken(flags, context, connection);
  if (ambient !== undefined) return ambient;
  if (isInteractive(context) && flags.fulcioAuthFlow !== 'token')
    return logIn(flags, context, connection);
  throw new KongcrateError(
    'IDENTITY_TOKEN_INVALID',
    'nobody says who is signing: there is no --oidc-token, no SIGSTORE_ID_TOKEN, no ACTIONS_ID_TOKEN_REQUEST_URL of GitHub Actions, and nobody to log in at a terminal',
    {
      remedy:
        'Give one of them (a job of GitHub Actions needs the permission `id-token: write`), say --fulcio-auth-flow device, or sign with --key.',
    },
  );
}

async function readAmbientToken(
  { oidcClientId }: IdentityFlags,
  context: Context,
  connection: ServiceConnection,
): Promise<string | undefined> {
  const { environment, signal } = context;
  if (isSet(context, 'SIGSTORE_ID_TOKEN')) return environment['SIGSTORE_ID_TOKEN'];
  const url = environment['ACTIONS_ID_TOKEN_REQUEST_URL'] ?? '';
  const requestToken = environment['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] ?? '';
  if (url === '' || requestToken === '') return undefined;
  const { fetchGitHubToken } = await import('../sigstore/oidc/github-token.ts');
  const audience = oidcClientId ?? PUBLIC_AUDIENCE;
  return fetchGitHubToken({ url, requestToken }, { audience, connection, signal });
}
