import { originOf } from '../../http/follow-redirects.ts';
import type { HttpRequest, HttpResponse, Send } from '../../http/transport.ts';
import { AuthorizationSession, type AuthorizeOptions } from './authorization-session.ts';

/**
 * Adds the login to requests that may carry one. How a registry wants it is learned from its first
 * 401 and answered with a Bearer token for the repository (pull, or pull and push) or Basic.
 * A 401 without a challenge is handed on: some registries answer so where an API does not exist.
 * @returns a Send that throws AUTHENTICATION_FAILED, REALM_REFUSED or CREDENTIALS_UNREADABLE
 *   besides what `send` throws
 */
export function authorize(send: Send, options: AuthorizeOptions): Send {
  const session = new AuthorizationSession(options);
  return async (request) => {
    // ATTACKS 2.3: same origin as the registry and never left it.
    if (!request.mayAuthorize || originOf(request.url) !== originOf(options.registry))
      return send(request);
    const known = await session.authorizationFor(request);
    const response = await send(withAuthorization(request, known));
    const challenge = challengeOf(response);
    if (challenge === undefined) return response;
    response.discard();
    const renewed = await session.answer(challenge, { request, rejected: known });
    const second = await send(withAuthorization(request, renewed));
    if (challengeOf(second) === undefined) return second;
    throw await session.failure(second);
  };
}

function challengeOf(response: HttpResponse): string | undefined {
  return response.status === 401 ? response.header('www-authenticate') : undefined;
}

function withAuthorization(request: HttpRequest, authorization: string | undefined): HttpRequest {
  if (authorization === undefined) return request;
  return { ...request, headers: { ...request.headers, Authorization: authorization } };
}
