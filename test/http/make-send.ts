import { afterThisFile } from '../support/clean-up.ts';
import { createSend, type TransportOptions } from '../../src/http/create-send.ts';
import { readBody } from '../../src/http/read-body.ts';
import type { HttpRequest, HttpResponse, Send } from '../../src/http/transport.ts';

/** The real transport, closed after the last test of the file; loopback is allowed. */
export function makeSend(options: Partial<TransportOptions> = {}): Send {
  const { send, close } = createSend({ allowLoopback: true, ...options });
  afterThisFile(close);
  return send;
}

export function get(url: URL | string, fields: Partial<HttpRequest> = {}): HttpRequest {
  return { method: 'GET', url: new URL(url), headers: {}, mayAuthorize: true, ...fields };
}

export async function textOf(response: HttpResponse): Promise<string> {
  return (await readBody(response, 2 ** 20)).toString();
}
