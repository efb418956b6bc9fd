import { Readable } from 'node:stream';
import type { HttpRequest, HttpResponse, Send } from '../../src/http/transport.ts';
import type { AuthorizeOptions } from '../../src/registry/auth/authorization-session.ts';
import { authorize } from '../../src/registry/auth/authorize.ts';
import type { Credentials } from '../../src/registry/credentials/credentials.ts';

export const REGISTRY: URL = new URL('https://registry.example/');
export const REALM = 'https://registry.example:8443/token';
export const CHALLENGE = 'Bearer realm="https://registry.example:8443/token",service="tests"';
export const ALICE: Credentials = {
  kind: 'basic',
  username: 'alice',
  password: 'hunter2-secret',
  source: 'the test',
};

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export const OK: Answer = { status: 200 };
export const unauthorized = (challenge: string): Answer => ({
  status: 401,
  headers: { 'www-authenticate': challenge },
});
export const token = (value: string, rest: object = {}): Answer => ({
  status: 200,
  body: JSON.stringify({ token: value, ...rest }),
});

/** The network's end: answers each request by a function and remembers all of them. */
export interface Network {
  readonly send: Send;
  readonly requests: readonly HttpRequest[];
  /** `METHOD url authorization`, one a request. */
  lines(): readonly string[];
}

export function createNetwork(answer: (request: HttpRequest) => Answer): Network {
  const requests: HttpRequest[] = [];
  const send: Send = (request) => {
    requests.push(request);
    return Promise.resolve(toResponse(answer(request), request.url));
  };
  const lines = (): string[] =>
    requests.map(({ method, url, headers }) =>
      [method, decodeURIComponent(url.href), headers['Authorization'] ?? '-'].join(' '),
    );
  return { send, requests, lines };
}

function toResponse({ status, headers = {}, body = '' }: Answer, url: URL): HttpResponse {
  const stream = Readable.from([Buffer.from(body)]);
  return {
    status,
    url,
    header: (name) => headers[name.toLowerCase()],
    body: stream,
    discard: () => stream.destroy(),
  };
}

export function get(
  path = '/v2/acme/plugin/tags/list',
  method: 'GET' | 'PUT' = 'GET',
): HttpRequest {
  return { method, url: new URL(path, REGISTRY), headers: {}, mayAuthorize: true };
}

/** The layer under test over a network, for `acme/plugin` of {@link REGISTRY}. */
export function authorized(
  network: Network,
  credentials: Credentials | undefined,
  rest: Partial<AuthorizeOptions> = {},
): Send {
  return authorize(network.send, {
    registry: REGISTRY,
    host: REGISTRY.host,
    repository: 'acme/plugin',
    credentials: () => Promise.resolve(credentials),
    trustedAuthHosts: [],
    tokenSend: network.send,
    ...rest,
  });
}

/** A registry that takes only the tokens named, and its token server, which gives them in turn. */
export function createTokenNetwork(tokens: readonly string[], rest: object = {}): Network {
  let given = 0;
  return createNetwork(({ url, headers }) => {
    if (url.href.startsWith(REALM)) return token(tokens[given++] ?? 'none-left', rest);
    const isKnown = headers['Authorization']?.startsWith('Bearer good') === true;
    return isKnown ? OK : unauthorized(CHALLENGE);
  });
}
