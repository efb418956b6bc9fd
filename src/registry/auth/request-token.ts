import { KongcrateError } from '../../errors/kongcrate-error.ts';
import { followRedirects } from '../../http/follow-redirects.ts';
import { readBody } from '../../http/read-body.ts';
import type { HttpRequest, HttpResponse, Send } from '../../http/transport.ts';
import { basicAuthorization, type Credentials } from '../credentials/credentials.ts';
import { readAccessToken, type AccessToken } from './access-token.ts';
import {
  AUTH_BODY_LIMIT_BYTES,
  authenticationFailed,
  readServerWords,
} from './authentication-failed.ts';

/** What is asked of a token server. The caller has checked that the realm may have these credentials. */
export interface TokenRequest {
  readonly realm: URL;
  readonly service?: string | undefined;
  readonly scope?: string | undefined;
  readonly credentials?: Credentials | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Whether it is the registry's own origin: client certificate and local name are good there too. */
  readonly isAtRegistry: boolean;
  /** For messages. */
  readonly host: string;
  readonly repository?: string | undefined;
  readonly nowMs: number;
}

const CLIENT_ID = 'kongcrate';

/**
 * Gets an access token: by GET with basic credentials or none (docker's token authentication), or
 * by POST with an identity token (docker's OAuth 2 variant, RFC 6749 6).
 * @param send one hop. Redirects are followed from the token server's own origin only as far as
 *   credentials may go: what crosses to another origin carries none.
 * @throws KongcrateError AUTHENTICATION_FAILED, REGISTRY_ERROR, REGISTRY_LIMIT, REDIRECT_REFUSED
 */
export async function requestToken(send: Send, request: TokenRequest): Promise<AccessToken> {
  const response = await followRedirects(send, { registry: request.realm })(toHttp(request));
  if (response.status === 200)
    return readAccessToken(await readBody(response, AUTH_BODY_LIMIT_BYTES), request);
  throw await refusal(response, request);
}

function toHttp(request: TokenRequest): HttpRequest {
  const { realm, credentials, signal, isAtRegistry } = request;
  const common = { mayAuthorize: isAtRegistry, ...(signal === undefined ? {} : { signal }) };
  const accept = { Accept: 'application/json' };
  const parameters = Object.entries({ service: request.service, scope: request.scope });
  if (credentials?.kind === 'identity-token') {
    const form = new URLSearchParams({ grant_type: 'refresh_token', client_id: CLIENT_ID });
    for (const [name, value] of parameters) if (value !== undefined) form.set(name, value);
    form.set('refresh_token', credentials.token);
    const headers = { ...accept, 'Content-Type': 'application/x-www-form-urlencoded' };
    return { ...common, method: 'POST', url: realm, headers, body: Buffer.from(form.toString()) };
  }
  const url = new URL(realm);
  for (const [name, value] of parameters)
    if (value !== undefined) url.searchParams.set(name, value);
  const authorization =
    credentials?.kind === 'basic'
      ? { Authorization: basicAuthorization(credentials.username, credentials.password) }
      : {};
  return { ...common, method: 'GET', url, headers: { ...accept, ...authorization } };
}

async function refusal(response: HttpResponse, request: TokenRequest): Promise<KongcrateError> {
  const { status } = response;
  const words = await readServerWords(response, request.credentials);
  const said = words === '' ? '' : `: ${words}`;
  const reason = `the token server ${request.realm.host} answered ${status}${said}`;
  if (status === 429)
    return new KongcrateError('REGISTRY_LIMIT', reason, { remedy: 'Wait, then try again.' });
  if (status === 400 || status === 401 || status === 403)
    return authenticationFailed({ ...request, reason });
  return new KongcrateError('REGISTRY_ERROR', reason, {
    remedy: 'Try again later; if it stays, tell the people who run the registry.',
    details: { status },
  });
}
