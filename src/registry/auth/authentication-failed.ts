import { KongcrateError } from '../../errors/kongcrate-error.ts';
import type { HttpResponse } from '../../http/transport.ts';
import { readBody } from '../../http/read-body.ts';
import { redactText } from '../../http/redact.ts';
import { hideCredentials, type Credentials } from '../credentials/credentials.ts';

/** ATTACKS R13: bodies of token servers and of errors. */
export const AUTH_BODY_LIMIT_BYTES: number = 64 * 1024;
const MAX_WORDS = 200;

export interface FailedLogin {
  /** The registry as users name it. */
  readonly host: string;
  readonly repository?: string | undefined;
  /** What was found for the registry, if anything was. */
  readonly credentials?: Credentials | undefined;
  /** Whether that was sent; what the registry has no use for is not. */
  readonly isSent?: boolean;
  /** Who refused, and in which words. */
  readonly reason: string;
}

/** Says whether credentials were sent and where they came from, never what they are. */
export function authenticationFailed(login: FailedLogin): KongcrateError {
  const { host, repository, credentials, isSent = true, reason } = login;
  const access = repository === undefined ? host : `${host}/${repository}`;
  const sent =
    credentials === undefined
      ? `no credentials were sent: none were found for ${host}`
      : `credentials from ${credentials.source} were ${isSent ? '' : 'not '}sent`;
  return new KongcrateError('AUTHENTICATION_FAILED', `no access to ${access}: ${reason}; ${sent}`, {
    remedy:
      credentials === undefined
        ? `Run kongcrate login ${host}; if it should be public, check the name.`
        : `Check that they are current and allow this, or run kongcrate login ${host} with others.`,
    details: { registry: host, ...(credentials ? { source: credentials.source } : {}) },
  });
}

/**
 * What a server says about an error, fit for a message: without secrets, one line, short. Empty
 * where it says nothing that can be read.
 * @param credentials what was sent to it
 */
export async function readServerWords(
  response: HttpResponse,
  credentials: Credentials | undefined,
): Promise<string> {
  const text = findMessage(await readLimited(response)) ?? '';
  return redactText(hideCredentials(text, credentials)).slice(0, MAX_WORDS);
}

async function readLimited(response: HttpResponse): Promise<Buffer> {
  try {
    return await readBody(response, AUTH_BODY_LIMIT_BYTES);
  } catch (error) {
    // The status tells enough; an answer that is too long or breaks off adds nothing to it.
    if (error instanceof KongcrateError) return Buffer.alloc(0);
    throw error;
  }
}

/** The distribution spec's `errors`, docker's `details`, OAuth 2's `error_description`. */
function findMessage(body: Buffer): string | undefined {
  try {
    const answer = JSON.parse(body.toString('utf8')) as Record<string, unknown> | null;
    const [first] = Array.isArray(answer?.['errors']) ? (answer['errors'] as unknown[]) : [];
    const listed = (first as Record<string, unknown> | null | undefined)?.['message'];
    const texts = [listed, answer?.['error_description'], answer?.['details'], answer?.['message']];
    return texts.find((text) => typeof text === 'string' && text !== '') as string | undefined;
  } catch {
    return undefined;
  }
}
