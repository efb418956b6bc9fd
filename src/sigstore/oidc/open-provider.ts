import {
  allowInsecureRequests,
  customFetch,
  discovery,
  None,
  type Configuration,
  type CustomFetch,
} from 'openid-client';
import { readBody } from '../../http/read-body.ts';
import { openPlace, refuseOpenLine, type ServiceConnection } from '../open-services.ts';

/** Who says who somebody is, and how it is asked. */
export interface ProviderOptions {
  /** Its address, under which its metadata stands. */
  readonly issuer: URL;
  /** Whom the token shall be for. */
  readonly clientId: string;
  readonly connection: ServiceConnection;
  /** How long the user may take; 5 minutes unless told. */
  readonly waitMs?: number;
  readonly signal?: AbortSignal;
}

const MAX_ANSWER_BYTES = 1024 * 1024;

/** What is asked for: Fulcio certifies the address where there is one, else the subject. */
export const SCOPE = 'openid email';

/** Reads the metadata of an OpenID provider (OpenID Connect Discovery 1.0, section 4). */
export async function openProvider(options: ProviderOptions): Promise<Configuration> {
  const { issuer, clientId } = options;
  return discovery(issuer, clientId, undefined, None(), {
    [customFetch]: createFetch(options),
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- for this machine: see below
    execute: issuer.protocol === 'http:' ? [allowInsecureRequests] : [],
  });
}

/** Our own transport, for its proxies, authorities and limits; a redirect is an answer. */
function createFetch({ issuer, connection, signal }: ProviderOptions): CustomFetch {
  const { send } = openPlace(issuer, connection);
  return async (address, { method, headers, body }) => {
    const url = new URL(address);
    refuseOpenLine(url);
    const response = await send({
      method: method === 'POST' ? 'POST' : 'GET',
      url,
      headers,
      ...(body instanceof URLSearchParams ? { body: Buffer.from(body.toString()) } : {}),
      ...(signal ? { signal } : {}),
      mayAuthorize: url.origin === issuer.origin,
    });
    const { status } = response;
    const bytes = new Uint8Array(await readBody(response, MAX_ANSWER_BYTES));
    return new Response(bytes.length === 0 ? null : bytes, {
      status,
      headers: { 'Content-Type': response.header('content-type') ?? '' },
    });
  };
}
