import { messageOf } from '../errors/kongcrate-error.ts';
import { redactText, redactUrl } from './redact.ts';
import type { Send } from './transport.ts';

/**
 * Writes one line for each request: `GET https://host/v2/ 200 1234 bytes 12 ms`. Neither header
 * values nor secrets of the URL are in it.
 */
export function withLog(send: Send, log: (line: string) => void): Send {
  return async (request) => {
    const what = `${request.method} ${redactUrl(request.url)}`;
    const startedAtMs = performance.now();
    const elapsed = (): string => `${Math.round(performance.now() - startedAtMs)} ms`;
    try {
      const response = await send(request);
      const length = response.header('content-length') ?? '';
      const size = /^\d+$/.test(length) ? ` ${length} bytes` : '';
      log(`${what} ${response.status}${size} ${elapsed()}`);
      return response;
    } catch (error) {
      log(`${what} failed after ${elapsed()}: ${redactText(messageOf(error))}`);
      throw error;
    }
  };
}
