import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../../src/kong/activation/confirmation.ts';
import { runProbe } from '../../../src/kong/activation/run-probe.ts';
import { startServer } from '../../http/start-server.ts';
import { send } from './support.ts';

function probe(target: URL | string, environment: Record<string, string> = {}): Promise<Verdict> {
  return runProbe({ target, holdMs: 0, environment }, { send });
}

describe('a probe', () => {
  it('that is a command goes well with the exit status 0, and sees what it is given', async () => {
    expect(await probe('test "$WANTED" = yes', { WANTED: 'yes' })).toEqual({ state: 'holds' });
    expect(await probe('test "$WANTED" = yes')).toMatchObject({ state: 'pending' });
  });

  it('that is a command is quoted where it fails, without secrets', async () => {
    expect(await probe('echo on purpose token=abc; exit 3')).toEqual({
      state: 'pending',
      why: 'the probe ended with 3: on purpose token=***',
    });
    expect(await probe('exit 4')).toEqual({ state: 'pending', why: 'the probe ended with 4' });
  });

  it('that is a URL goes well with 2xx and 3xx, which is not followed', async () => {
    const statuses: Record<string, number> = { '/a': 204, '/b': 302, '/c': 404, '/d': 500 };
    const url = await startServer((request, response) => {
      response
        .writeHead(statuses[(request.url ?? '').replace(/\?.*/, '')] ?? 200, { Location: '/d' })
        .end();
    });
    const states = [];
    for (const path of Object.keys(statuses)) states.push((await probe(new URL(path, url))).state);
    expect(states).toEqual(['holds', 'holds', 'pending', 'pending']);
    expect(await probe(new URL('/d?key=abc', url))).toEqual({
      state: 'pending',
      why: `the probe ${url.origin}/d answers 500`,
    });
  });

  it('that is a URL goes well however much it answers', async () => {
    const url = await startServer((_, response) => {
      const chunk = Buffer.alloc(1024 * 1024);
      response.once('error', () => undefined);
      const write = (): void => {
        while (!response.destroyed && response.write(chunk));
        response.once('drain', write);
      };
      write();
    });
    expect(await probe(url)).toEqual({ state: 'holds' });
  });

  it('that is a URL fails where nobody answers', async () => {
    expect(await probe(new URL('http://127.0.0.1:1/'))).toMatchObject({
      state: 'pending',
      why: 'the probe http://127.0.0.1:1/ does not answer',
    });
  });
});
