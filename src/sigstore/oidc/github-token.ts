import { KongcrateError } from '../../errors/kongcrate-error.ts';
import { askService, readAnswer } from '../ask-service.ts';
import { openPlace, refuseOpenLine, type ServiceConnection } from '../open-services.ts';

/** What GitHub Actions gives a job that may have identity tokens. */
export interface GitHubJob {
  /** `ACTIONS_ID_TOKEN_REQUEST_URL`. */
  readonly url: string;
  /** `ACTIONS_ID_TOKEN_REQUEST_TOKEN`: a secret, for that address alone. */
  readonly requestToken: string;
}

export interface GitHubTokenOptions {
  /** Whom the token shall be for. */
  readonly audience: string;
  readonly connection: ServiceConnection;
  readonly signal?: AbortSignal;
}

const NAME = 'GitHub';

/**
 * Asks GitHub Actions who the running job is. A redirect is not followed.
 * @returns the identity token, of which nothing is checked yet
 * @throws KongcrateError USAGE, SIGNING_SERVICE_ERROR, NETWORK_FAILED, TIMED_OUT
 */
export async function fetchGitHubToken(
  { url: address, requestToken }: GitHubJob,
  { audience, connection, signal }: GitHubTokenOptions,
): Promise<string> {
  const url = parseAddress(address);
  url.searchParams.set('audience', audience);
  const call = {
    name: NAME,
    headers: { Accept: 'application/json', Authorization: `Bearer ${requestToken}` },
    ...(signal ? { signal } : {}),
  };
  try {
    return readAnswer(NAME, await askService(openPlace(url, connection), call), readValue);
  } catch (error) {
    throw withoutWords(error);
  }
}

function parseAddress(text: string): URL {
  if (!URL.canParse(text))
    throw new KongcrateError('USAGE', 'ACTIONS_ID_TOKEN_REQUEST_URL holds no address', {
      remedy: 'Leave it as GitHub Actions sets it.',
    });
  const url = new URL(text);
  refuseOpenLine(url);
  return url;
}

function readValue(json: unknown): string {
  const { value } = json as { readonly value: unknown };
  if (typeof value === 'string') return value;
  throw new Error('no value');
}

/** What it said, and the cause of a parser, may repeat either token. */
function withoutWords(error: unknown): unknown {
  if (!(error instanceof KongcrateError) || error.code !== 'SIGNING_SERVICE_ERROR') return error;
  const { status } = error.details;
  const what = status === undefined ? 'its answer holds none' : `it answered ${String(status)}`;
  const message = `${NAME} gives this job no identity token: ${what}`;
  return new KongcrateError('SIGNING_SERVICE_ERROR', message, {
    remedy:
      'Nothing was pushed. Check that the job has the permission `id-token: write`, or try again later.',
    details: error.details,
  });
}
