import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { AdminAsking } from '../../../src/kong/use/read-admin-plugins.ts';
import { makeSend } from '../../http/make-send.ts';

/** By path and query, without the size of a page; what is not there is 404. */
export type Pages = Readonly<Record<string, unknown>>;

export interface AdminServer extends AdminAsking {
  /** Path and query of each request, with the token that came along. */
  readonly requests: readonly string[];
}

/** An HTTP server with pages of an Admin API, until the end of a test; a number is a status alone. */
export async function serveAdmin(pages: Pages): Promise<AdminServer> {
  const requests: string[] = [];
  const server = createServer(({ url = '', headers }, response) => {
    const asked = new URL(url, 'http://admin');
    requests.push(`${url} ${String(headers['kong-admin-token'])}`);
    asked.searchParams.delete('size');
    const page = pages[asked.pathname + asked.search] ?? 404;
    response.statusCode = typeof page === 'number' ? page : 200;
    response.end(JSON.stringify(page));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    adminUrl: new URL(`http://127.0.0.1:${port}`),
    headers: { 'Kong-Admin-Token': 'secret' },
    send: makeSend(),
    requests,
  };
}
