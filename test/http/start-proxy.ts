import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterThisFile } from '../support/clean-up.ts';

export interface TestProxy {
  readonly url: URL;
  /** `CONNECT host:port` or `GET http://…`, one for each request. */
  readonly seen: readonly string[];
  /** The Proxy-Authorization of each, or an empty text. */
  readonly logins: readonly string[];
}

/**
 * A real forward proxy.
 * @param refusal a status line and headers with which CONNECT is refused
 * @param places where `host:port` really is, for names that no name server knows
 */
export async function startProxy(
  refusal?: string,
  places: Readonly<Record<string, string>> = {},
): Promise<TestProxy> {
  const seen: string[] = [];
  const logins: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.method ?? ''} ${request.url ?? ''}`);
    logins.push(request.headers['proxy-authorization'] ?? '');
    const { method, headers } = request;
    const onward = httpRequest(request.url ?? '', { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  });
  server.on('connect', (request, client: Socket) => {
    seen.push(`CONNECT ${request.url ?? ''}`);
    logins.push(request.headers['proxy-authorization'] ?? '');
    const named = request.url ?? '';
    if (refusal === undefined) tunnel(places[named] ?? named, client);
    else client.end(refusal);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterThisFile(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { url: new URL(`http://127.0.0.1:${port}`), seen, logins };
}

function tunnel(authority: string, client: Socket): void {
  const target = new URL(`http://${authority}`);
  const server = connect(Number(target.port), target.hostname, () => {
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    server.pipe(client);
    client.pipe(server);
  });
  server.on('error', () => client.destroy());
  client.on('error', () => server.destroy());
  afterThisFile(() => server.destroy());
}
