import { retryAfterMs } from '../http/retry-delay.ts';
import type { HttpResponse } from '../http/transport.ts';

/** What to do about a registry that wants fewer requests: how long to wait, as far as it tells. */
export function waitAdvice(response: HttpResponse): string {
  const waitMs = retryAfterMs(response.header('retry-after')) ?? 0;
  const time = waitMs > 0 ? `${Math.ceil(waitMs / 1000)} seconds` : 'a while';
  const limit = limitOf(response.header('ratelimit-limit'));
  return `Wait ${time} and run the command again${limit}; many registries allow more after a login.`;
}

/** Docker Hub's limit on downloads, `100;w=21600`: so many within so many seconds. */
function limitOf(header: string | undefined): string {
  const [, requests, seconds] = /^(\d{1,9});w=(\d{1,9})$/.exec(header ?? '') ?? [];
  if (requests === undefined || seconds === undefined) return '';
  const minutes = Math.round(Number(seconds) / 60);
  return ` (it allows ${requests} downloads in ${minutes} minutes)`;
}
