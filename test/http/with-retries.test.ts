import { describe, expect, it } from 'vitest';
import { KongcrateError } from '../../src/errors/kongcrate-error.ts';
import { withRetries } from '../../src/http/with-retries.ts';
import { get } from './make-send.ts';
import { scriptedSend, type Answer } from './scripted-send.ts';

const URL_TEXT = 'https://registry.example/v2/';
const OK: Answer = { status: 200 };

function failure(code: 'NETWORK_FAILED' | 'TIMED_OUT', details: Record<string, string>): Error {
  return new KongcrateError(code, 'broken', { remedy: 'wait', details });
}

/** Retries whose waits take no time and are written down. */
function retrying(...script: readonly (Answer | Error)[]): {
  readonly call: (method?: 'GET' | 'HEAD' | 'PUT' | 'DELETE' | 'POST' | 'PATCH') => Promise<number>;
  readonly waits: number[];
  readonly scripted: ReturnType<typeof scriptedSend>;
} {
  const waits: number[] = [];
  const scripted = scriptedSend(...script);
  const send = withRetries(scripted.send, {
    random: () => 0.5,
    wait: (delayMs) => {
      waits.push(delayMs);
      return Promise.resolve();
    },
  });
  const call = async (method: Parameters<typeof send>[0]['method'] = 'GET'): Promise<number> =>
    (await send(get(URL_TEXT, { method }))).status;
  return { call, waits, scripted };
}

describe('what is tried again', () => {
  it.each([408, 429, 500, 502, 503, 504])('%d', async (status) => {
    const { call, waits, scripted } = retrying({ status }, { status }, OK);
    expect(await call()).toBe(200);
    expect(waits).toEqual([750, 1500]);
    expect(scripted.discarded()).toBe(2);
  });

  it.each([400, 401, 403, 404, 416, 501, 505])('not %d', async (status) => {
    const { call, scripted } = retrying({ status }, OK);
    expect(await call()).toBe(status);
    expect(scripted.requests).toHaveLength(1);
  });

  it.each(['GET', 'HEAD', 'PUT', 'DELETE'] as const)('%s', async (method) => {
    expect(await retrying({ status: 500 }, OK).call(method)).toBe(200);
    expect(await retrying(failure('NETWORK_FAILED', {}), OK).call(method)).toBe(200);
  });

  it.each(['POST', 'PATCH'] as const)('never %s', async (method) => {
    expect(await retrying({ status: 500 }, OK).call(method)).toBe(500);
    const error = failure('NETWORK_FAILED', {});
    await expect(retrying(error, OK).call(method)).rejects.toBe(error);
  });

  it('a connection that broke, a name server, a connection that took too long', async () => {
    for (const error of [
      failure('NETWORK_FAILED', { kind: 'CONNECTION' }),
      failure('NETWORK_FAILED', { kind: 'NAME' }),
      failure('TIMED_OUT', { phase: 'connect' }),
    ])
      expect(await retrying(error, error, OK).call()).toBe(200);
  });

  it('not a wrong certificate, a slow server, a refusal, an abort', async () => {
    for (const error of [
      failure('NETWORK_FAILED', { kind: 'CERTIFICATE' }),
      failure('TIMED_OUT', { phase: 'headers' }),
      new KongcrateError('REDIRECT_REFUSED', 'no', { remedy: 'ask' }),
      new Error('aborted'),
    ]) {
      const { call, scripted } = retrying(error, OK);
      await expect(call()).rejects.toBe(error);
      expect(scripted.requests).toHaveLength(1);
    }
  });

  it('three times; the last answer or error is handed on as it is', async () => {
    const answers = retrying({ status: 503 });
    expect(await answers.call()).toBe(503);
    expect([answers.scripted.requests.length, answers.scripted.discarded()]).toEqual([3, 2]);
    const error = failure('NETWORK_FAILED', {});
    const errors = retrying(error);
    await expect(errors.call()).rejects.toBe(error);
    expect(errors.scripted.requests).toHaveLength(3);
  });
});

it('says each retry with its reason, and nothing of a last try', async () => {
  const lines: string[] = [];
  const broken = new KongcrateError('NETWORK_FAILED', 'broken: token=s3cr3t', { remedy: 'wait' });
  const { send } = scriptedSend({ status: 429, headers: { 'retry-after': '1' } }, broken, {
    status: 503,
  });
  const wait = (): Promise<void> => Promise.resolve();
  const log = (line: string): void => void lines.push(line);
  await withRetries(send, { random: () => 0, wait, log })(
    get(`${URL_TEXT}?X-Amz-Signature=s3cr3t`),
  );
  const call = 'GET https://registry.example/v2/?X-Amz-Signature=***';
  expect(lines).toEqual([
    `${call} again in 1000 ms (try 2 of 3): it answered 429`,
    `${call} again in 1000 ms (try 3 of 3): broken: token=***`,
  ]);
});

describe('how long it waits', () => {
  it.each<[string, number]>([
    ['0', 0],
    ['7', 7_000],
    ['86400', 60_000],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
    ['Fri, 31 Dec 9999 23:59:59 GMT', 60_000],
    ['soon', 750],
    ['-1', 750],
  ])('Retry-After: %s', async (text, delayMs) => {
    const { call, waits } = retrying({ status: 429, headers: { 'retry-after': text } }, OK);
    expect(await call()).toBe(200);
    expect(waits).toEqual([delayMs]);
  });

  it('never longer than 60 s, however often it failed', async () => {
    const waits: number[] = [];
    const wait = (delayMs: number): Promise<void> => Promise.resolve(void waits.push(delayMs));
    const { send } = scriptedSend({ status: 500 });
    await withRetries(send, { tries: 12, wait, random: () => 0.999 })(get(URL_TEXT));
    expect(waits).toHaveLength(11);
    expect(Math.max(...waits)).toBe(60_000);
  });

  it("ends with the signal's reason", async () => {
    const abort = new AbortController();
    const reason = new Error('enough');
    const { send } = scriptedSend({ status: 503, headers: { 'retry-after': '60' } });
    const call = withRetries(send)(get(URL_TEXT, { signal: abort.signal }));
    await new Promise(setImmediate);
    abort.abort(reason);
    await expect(call).rejects.toBe(reason);
  });
});
