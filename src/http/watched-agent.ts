import type { Agent, ClientRequest } from 'node:http';
import type { ExchangeWatch } from './exchange-watch.ts';

/** What `http.request` calls on an agent; agents of npm rely on it, the types leave it out. */
interface RequestTaker {
  addRequest(request: ClientRequest, options: object): void;
}

/**
 * A pool's agent for one request: hands the request on and shows it to the watch, since node-fetch
 * keeps it to itself.
 */
export function watchedAgent(pool: Agent, watch: ExchangeWatch): Agent {
  const taker: RequestTaker = {
    addRequest: (request, options) => {
      watch.attach(request);
      (pool as Agent & RequestTaker).addRequest(request, options);
      if (!isQueued(pool, request)) watch.connecting();
    },
  };
  return Object.assign(Object.create(pool) as Agent, taker);
}

/** Whether a request waits until another one is done with its connection. */
function isQueued(pool: Agent, request: ClientRequest): boolean {
  return Object.values(pool.requests).some((queue) =>
    (queue as readonly unknown[] | undefined)?.includes(request),
  );
}
