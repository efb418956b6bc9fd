import { messageOf } from '../errors/kongcrate-error.ts';
import { redactText, redactUrl } from './redact.ts';
import type { HttpRequest, HttpResponse, Send } from './transport.ts';

/**
 * Writes one line for each request: `GET https://host/v2/ 200 1234 bytes 12 ms`, for an upload
 * with the bytes that were sent. Neither header values nor secrets of the URL are in it.
 */
export function withLog(send: Send, log: (line: string) => void): Send {
  return async (request) => {
    const what = `${request.method} ${redactUrl(request.url)}`;
    const startedAtMs = performance.now();
    const elapsed = (): string => `${Math.round(performance.now() - startedAtMs)} ms`;
    try {
      const response = await send(request);
      log(`${what} ${response.status}${sizeOf(request, response)} ${elapsed()}`);
      return response;
    } catch (error) {
      log(`${what} failed after ${elapsed()}: ${redactText(messageOf(error))}`);
      throw error;
    }
  };
}

function sizeOf({ body }: HttpRequest, response: HttpResponse): string {
  if (body) return ` ${body.length} bytes sent`;
  const length = response.header('content-length') ?? '';
  return /^\d+$/.test(length) ? ` ${length} bytes` : '';
}
