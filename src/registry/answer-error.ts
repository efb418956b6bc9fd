import type { ErrorCode } from '../errors/catalogue.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { readBody } from '../http/read-body.ts';
import { retryAfterMs } from '../http/retry-delay.ts';
import { redactText } from '../http/redact.ts';
import type { HttpResponse } from '../http/transport.ts';
import { OCI_INDEX, OCI_MANIFEST } from '../reference/media-types.ts';
import { nameOf, type Repository } from './repository.ts';
import { waitAdvice } from './wait-advice.ts';

/** What was asked of the registry: `tag 1.0.0`, `blob sha256:…`. */
export interface Step {
  readonly access: 'read' | 'write';
  readonly what: string;
  /** Of a manifest that is written. */
  readonly mediaType?: string;
}

/** An error needs no more, and a hostile one goes on for ever (go-containerregistry #2296). */
const MAX_ERROR_BYTES = 64 * 1024;
const MAX_WORDS = 300;
/** OCI distribution-spec, "error codes": what other code may ask for stays as it is. */
const CODE = /^[A-Z_]{1,64}$/;
/** How a manifest is refused whose type is not known. */
const UNKNOWN_TYPE = /^(?:MANIFEST_INVALID|UNSUPPORTED)\b|media ?type/i;
const NO_OCI =
  "If this registry knows Docker's media types only, give --docker-media-types to push, publish and sign: the artifact then has another digest. Else check the rules of this repository.";

/**
 * Makes an error of an answer that was not hoped for: NOT_FOUND for what is not there to be read,
 * AUTHENTICATION_FAILED, REGISTRY_LIMIT, else REGISTRY_ERROR. It carries the registry's own words
 * (OCI distribution-spec, "error codes"), shortened and without secrets.
 */
export async function answerError(
  response: HttpResponse,
  repository: Repository,
  step: Step,
): Promise<KongcrateError> {
  const { access, what } = step;
  const { status } = response;
  const { code, words } = await readWords(response, repository.hide);
  const errorCode = errorCodeOf(status, access);
  const waitMs = retryAfterMs(response.header('retry-after'));
  const said = [String(status), code, words && `(${words})`].filter(Boolean).join(' ');
  const name = nameOf(repository);
  const message =
    errorCode === 'NOT_FOUND'
      ? `${name} has no ${what}: the registry answered ${said}`
      : `${name} refused to ${access} ${what}: the registry answered ${said}`;
  return new KongcrateError(errorCode, message, {
    remedy: knowsNoOci(status, `${code} ${words}`, step)
      ? NO_OCI
      : remedyOf(response, step, repository.registry.host),
    details: {
      status,
      ...(code ? { registryCode: code } : {}),
      ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }),
    },
  });
}

/** The status in an error of {@link answerError}. */
export function statusOf(error: unknown): number | undefined {
  const status = error instanceof KongcrateError ? error.details['status'] : undefined;
  return typeof status === 'number' ? status : undefined;
}

function errorCodeOf(status: number, access: Step['access']): ErrorCode {
  if (status === 404 && access === 'read') return 'NOT_FOUND';
  if (status === 401) return 'AUTHENTICATION_FAILED';
  return status === 429 || status === 503 ? 'REGISTRY_LIMIT' : 'REGISTRY_ERROR';
}

/**
 * docker/distribution before OCI, and what is built on it, calls such a manifest invalid and
 * often nothing else. 415 says it by itself.
 */
function knowsNoOci(status: number, said: string, { mediaType }: Step): boolean {
  if (mediaType !== OCI_MANIFEST && mediaType !== OCI_INDEX) return false;
  return status === 415 || (status === 400 && UNKNOWN_TYPE.test(said));
}

function remedyOf(response: HttpResponse, { access, what }: Step, host: string): string {
  const { status } = response;
  if (status === 401) return `Log in: kongcrate login ${host}`;
  if (status === 403)
    return `Check what your account may ${access === 'read' ? 'pull' : 'push'}, or log in with another one: kongcrate login ${host}`;
  if (status === 429 || status === 503) return waitAdvice(response);
  if (status === 404 && access === 'write')
    return 'Check the name of the repository; some registries want it created first.';
  if (status === 404)
    return what.startsWith('blob ')
      ? 'The registry lost a part of the artifact: publish it again with --force.'
      : 'Check the repository and the tag or digest.';
  if (status === 413) return 'Raise the upload limit of the registry, or of the proxy before it.';
  if (status < 500 && access === 'write')
    return 'Check the rules of this repository: immutable tags, quotas and required scans refuse so.';
  return 'Run the command again with --verbose and show the requests to whoever runs the registry.';
}

/** The first error of the answer. One that cannot be read says nothing: the status does. */
async function readWords(
  response: HttpResponse,
  hide: Repository['hide'],
): Promise<{ code: string; words: string }> {
  const text = await readBody(response, MAX_ERROR_BYTES).then(String, () => '');
  const [first] = errorsOf(text);
  const words = first ? textOf(first['message']) : text;
  const code = textOf(first?.['code']);
  return { code: CODE.test(code) ? code : clean(hide(code)), words: clean(hide(words)) };
}

function errorsOf(text: string): readonly Readonly<Record<string, unknown>>[] {
  try {
    const { errors } = JSON.parse(text) as { errors?: unknown };
    return (Array.isArray(errors) ? errors : []).filter(isObject);
  } catch {
    return [];
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function clean(text: string): string {
  const words = redactText(text).replace(/\s+/g, ' ').trim();
  return words.length > MAX_WORDS ? `${words.slice(0, MAX_WORDS)}…` : words;
}
