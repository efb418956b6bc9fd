import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The place on this machine to which a provider sends the browser back. */
export interface CallbackServer {
  /** What the provider is told. */
  readonly redirectUri: string;
  /** The first answer to our question, with its query; rejects with the signal's reason. */
  readonly answer: Promise<URL>;
  close(): void;
}

/** As sigstore's other clients have it, for which a provider may be set up. */
const PATH = '/auth/callback';
const HEADERS = {
  'Content-Type': 'text/plain; charset=utf-8',
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  Connection: 'close',
} as const;

/**
 * Listens on a port of loopback that the system chooses (RFC 8252, 7.3). Whatever is no answer to our
 * question is refused and changes nothing: any page can send a browser here.
 * @param state what only the provider and the user's browser know
 */
export async function openCallbackServer(
  state: string,
  signal: AbortSignal,
): Promise<CallbackServer> {
  const server = createServer();
  // What a browser opens in advance must not keep a finished command from ending.
  server.on('connection', (socket) => socket.unref());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const answer = waitForAnswer(server, state, signal);
  // Nobody may be waiting for it yet.
  answer.catch(() => undefined);
  return {
    redirectUri: `http://localhost:${portOf(server)}${PATH}`,
    answer,
    close: () => server.close(),
  };
}

function waitForAnswer(server: Server, state: string, signal: AbortSignal): Promise<URL> {
  let isAnswered = false;
  return new Promise((resolve, reject) => {
    const giveUp = (): void => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp);
    server.once('close', () => {
      signal.removeEventListener('abort', giveUp);
    });
    server.on('request', (request, response) => {
      const answer = isAnswered ? undefined : readAnswer(request, portOf(server), state);
      response
        .writeHead(answer ? 200 : 400, HEADERS)
        .end(answer ? 'kongcrate has the answer. You can close this page.\n' : 'Not expected.\n');
      if (!answer) return;
      isAnswered = true;
      resolve(answer);
    });
  });
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** Another name for this machine is that of a page that means to read what stands here. */
function readAnswer(
  { method, url = '', headers }: IncomingMessage,
  port: number,
  state: string,
): URL | undefined {
  const hosts = [`localhost:${port}`, `127.0.0.1:${port}`];
  if (method !== 'GET' || !hosts.includes(headers.host ?? '')) return undefined;
  const base = `http://localhost:${port}`;
  const answer = URL.canParse(url, base) ? new URL(url, base) : undefined;
  if (answer?.pathname !== PATH || answer.host !== `localhost:${port}`) return undefined;
  return answer.searchParams.get('state') === state ? answer : undefined;
}
