import { KongcrateError } from '../errors/kongcrate-error.ts';
import { readBody } from '../http/read-body.ts';
import { redactText, redactUrl } from '../http/redact.ts';
import type { HttpResponse, Send } from '../http/transport.ts';

/** Where a service is, and the way to it. */
export interface ServicePlace {
  readonly url: URL;
  readonly send: Send;
}

export interface ServiceCall {
  /** What it is called in messages: `Fulcio`, `the log`. */
  readonly name: string;
  readonly path?: string;
  /** Nothing: the path is read. */
  readonly body?: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  /** Statuses beside 200 and 201 that the caller knows what to do with. */
  readonly expected?: readonly number[];
  readonly signal?: AbortSignal;
}

export interface ServiceAnswer {
  readonly status: number;
  readonly location: string | undefined;
  readonly body: Buffer;
}

const MAX_ANSWER_BYTES = 1024 * 1024;
const MAX_WORDS = 300;

/**
 * Asks a service that takes part in signing. A request may be sent again: a certificate, an entry
 * or a timestamp too many does no harm.
 * @throws KongcrateError SIGNING_SERVICE_ERROR, NETWORK_FAILED, TIMED_OUT
 */
export async function askService(
  { url, send }: ServicePlace,
  { name, path = '', body, headers, expected = [], signal }: ServiceCall,
): Promise<ServiceAnswer> {
  const target = path === '' ? url : new URL(`${url.href.replace(/\/$/, '')}${path}`);
  const response = await send({
    method: body ? 'POST' : 'GET',
    url: target,
    headers,
    ...(body ? { body, isRepeatable: true } : {}),
    ...(signal ? { signal } : {}),
    // The user named the host, as with a registry.
    mayAuthorize: true,
  });
  const { status } = response;
  if (status !== 200 && status !== 201 && !expected.includes(status))
    throw await refused(name, response);
  const answer = await readBody(response, MAX_ANSWER_BYTES);
  return { status, location: response.header('location'), body: answer };
}

async function refused(name: string, response: HttpResponse): Promise<KongcrateError> {
  const { status } = response;
  const said = await readBody(response, MAX_ANSWER_BYTES).then(String, () => '');
  const words = redactText(said).replace(/\s+/g, ' ').slice(0, MAX_WORDS);
  const message = `${name} at ${redactUrl(response.url)} answered ${status}${words && ` (${words})`}`;
  return new KongcrateError('SIGNING_SERVICE_ERROR', message, {
    remedy: 'Nothing was pushed. Check the address of the service, or try again later.',
    details: { status },
  });
}

/**
 * Reads an answer in JSON.
 * @param read takes it apart; whatever it throws means that the answer is of no use
 * @throws KongcrateError SIGNING_SERVICE_ERROR
 */
export function readAnswer<Value>(
  name: string,
  { body }: ServiceAnswer,
  read: (json: unknown) => Value,
): Value {
  try {
    return read(JSON.parse(body.toString('utf8')));
  } catch (cause) {
    throw new KongcrateError('SIGNING_SERVICE_ERROR', `${name} gave an answer of no use`, {
      remedy: 'Nothing was pushed. Check that the address is one of such a service.',
      cause,
    });
  }
}
