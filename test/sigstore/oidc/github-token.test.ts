import { describe, expect, it } from 'vitest';
import { messageOf, type KongcrateError } from '../../../src/errors/kongcrate-error.ts';
import { fetchGitHubToken } from '../../../src/sigstore/oidc/github-token.ts';
import { startScript } from '../../http/start-server.ts';
import { expectError } from '../../support/expect-error.ts';
import {
  startHttpService,
  type ServiceReply,
  type ServiceRequest,
} from '../../support/local-sigstore/http-service.ts';

const REQUEST_TOKEN = 'S3CRET-request-token';
const TOKEN = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJtZSJ9.c2ln';

describe('the token of a job of GitHub Actions', () => {
  const log: string[] = [];
  const connection = { retries: { tries: 1 }, log: (line: string) => log.push(line) };
  const ask = (url: string): Promise<string> =>
    fetchGitHubToken({ url, requestToken: REQUEST_TOKEN }, { audience: 'sigstore', connection });

  async function expectRefused(url: string, code: KongcrateError['code']): Promise<string> {
    const error = await expectError(() => ask(url), code);
    for (let told: unknown = error; told instanceof Error; told = told.cause)
      expect(`${messageOf(told)} ${JSON.stringify(told)}`).not.toMatch(/S3CRET|eyJ/);
    return error.message;
  }

  it('is asked for with the request token, for our audience', async () => {
    const seen: ServiceRequest[] = [];
    const service = await startHttpService((request) => {
      seen.push(request);
      return { status: 200, body: JSON.stringify({ count: 1, value: TOKEN }) };
    });
    expect(await ask(`${service.url}/idtoken?api-version=2.0`)).toBe(TOKEN);
    expect(seen[0]?.headers.authorization).toBe(`Bearer ${REQUEST_TOKEN}`);
    expect(seen[0]?.query).toBe('?api-version=2.0&audience=sigstore');
    expect(log.join('\n')).not.toMatch(/S3CRET|eyJ/);
  });

  const answer = (status: number, body: string, location = ''): ServiceReply => ({
    ...{ status, body },
    headers: { location },
  });

  it.each([
    ['an error with words', answer(403, `no: ${REQUEST_TOKEN} ${TOKEN}`), 'it answered 403'],
    ['no JSON', answer(200, TOKEN), 'its answer holds none'],
    ['no token', answer(200, JSON.stringify({ value: 1, other: TOKEN })), 'its answer holds none'],
    ['too much', answer(200, 'x'.repeat(2 ** 20 + 1)), 'larger'],
  ])('is refused where there is %s', async (_title, reply, says) => {
    const service = await startHttpService(() => reply);
    const code = says === 'larger' ? 'REGISTRY_ERROR' : 'SIGNING_SERVICE_ERROR';
    expect(await expectRefused(service.url, code)).toContain(says);
  });

  it('goes nowhere else: no redirect is followed', async () => {
    const other = await startHttpService(() => answer(200, JSON.stringify({ value: TOKEN })));
    const service = await startHttpService(() => answer(302, '', other.url));
    expect(await expectRefused(service.url, 'SIGNING_SERVICE_ERROR')).toContain('302');
    expect(other.requests).toEqual([]);
  });

  it.each(['http://pipelines.example/token', 'ftp://pipelines.example', 'pipelines', ''])(
    'does not go to %j',
    async (url) => {
      await expectRefused(url, 'USAGE');
    },
  );

  it('is waited for no longer than for anything else', async () => {
    const url = (await startScript(() => undefined)).href;
    const late = { timeouts: { headersMs: 50 } };
    const job = { url, requestToken: REQUEST_TOKEN };
    const asked = fetchGitHubToken(job, { audience: 'sigstore', connection: late });
    await expectError(() => asked, 'TIMED_OUT');
  });
});
