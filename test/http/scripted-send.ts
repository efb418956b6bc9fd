import { Readable } from 'node:stream';
import type { HttpRequest, HttpResponse, Send } from '../../src/http/transport.ts';

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ScriptedSend {
  readonly send: Send;
  /** Every request that arrived, in order. */
  readonly requests: readonly HttpRequest[];
  /** How many answers were discarded. */
  readonly discarded: () => number;
}

/** The transport port without a network: answers by script, the last answer again and again. */
export function scriptedSend(...script: readonly (Answer | Error)[]): ScriptedSend {
  const requests: HttpRequest[] = [];
  let discarded = 0;
  const send: Send = (request) => {
    const answer = script[Math.min(requests.length, script.length - 1)];
    requests.push(request);
    if (!answer || answer instanceof Error) return Promise.reject(answer ?? new Error('no script'));
    return Promise.resolve<HttpResponse>({
      status: answer.status,
      header: (name) => answer.headers?.[name],
      url: request.url,
      body: Readable.from([]),
      discard: () => {
        discarded++;
      },
    });
  };
  return { send, requests, discarded: () => discarded };
}
