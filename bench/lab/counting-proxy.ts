import { once } from 'node:events';
import { createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface CountingProxy {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  /** Method and path of every request since the last call; docker-registry's log leaves some out. */
  take(): readonly string[];
}

/** Runs `work` with an address that leads to `host` and counts. */
export async function withCountingProxy<Result>(
  host: string,
  work: (proxy: CountingProxy) => Promise<Result>,
): Promise<Result> {
  const seen: string[] = [];
  const server = createServer((incoming, outgoing) => {
    const { method = '', url: path = '', headers } = incoming;
    seen.push(`${method} ${path}`);
    const onward = request(
      `http://${host}${path}`,
      { method, headers },
      (answer: IncomingMessage) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
        answer.pipe(outgoing);
      },
    );
    onward.on('error', (error) => outgoing.destroy(error));
    incoming.pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const { port } = server.address() as AddressInfo;
    return await work({ host: `127.0.0.1:${port}`, take: () => seen.splice(0) });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
