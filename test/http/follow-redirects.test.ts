import { describe, expect, it } from 'vitest';
import { checkTarget, followRedirects, originOf } from '../../src/http/follow-redirects.ts';
import { expectError } from '../support/expect-error.ts';
import { get } from './make-send.ts';
import { scriptedSend, type Answer } from './scripted-send.ts';

const REGISTRY = new URL('https://registry.example/');
const to = (location: string, status = 307): Answer => ({ status, headers: { location } });
const OK: Answer = { status: 200 };

describe('what is followed', () => {
  it.each([301, 302, 303, 307, 308])(
    '%d, for GET and HEAD, relative and absolute',
    async (status) => {
      for (const method of ['GET', 'HEAD'] as const)
        for (const location of [
          '/v2/b',
          'https://registry.example/v2/b',
          '//registry.example/v2/b',
        ]) {
          const { send, requests, discarded } = scriptedSend(to(location, status), OK);
          const follow = followRedirects(send, { registry: REGISTRY });
          const response = await follow(get('https://registry.example/v2/a', { method }));
          expect(response.url.href).toBe('https://registry.example/v2/b');
          expect(requests.map((request) => request.method)).toEqual([method, method]);
          expect(discarded()).toBe(1);
        }
    },
  );

  it.each(['POST', 'PATCH', 'PUT', 'DELETE'] as const)('not %s', async (method) => {
    const { send, requests } = scriptedSend(to('/elsewhere'));
    const follow = followRedirects(send, { registry: REGISTRY });
    expect((await follow(get(REGISTRY, { method }))).status).toBe(307);
    expect(requests).toHaveLength(1);
  });

  it.each([300, 304, 305, 306, 399])('not %d', async (status) => {
    const { send } = scriptedSend(to('/elsewhere', status));
    const response = await followRedirects(send, { registry: REGISTRY })(get(REGISTRY));
    expect(response.status).toBe(status);
  });

  it('five times, not six', async () => {
    const enough = scriptedSend(...Array.from({ length: 5 }, () => to('/again')), OK);
    const follow = followRedirects(enough.send, { registry: REGISTRY });
    expect((await follow(get(REGISTRY))).status).toBe(200);
    const loop = scriptedSend(to('/again'));
    const error = await expectError(
      () => followRedirects(loop.send, { registry: REGISTRY })(get(REGISTRY)),
      'REDIRECT_REFUSED',
    );
    expect(error.details).toEqual({ reason: 'LOOP' });
    expect([loop.requests.length, loop.discarded()]).toEqual([6, 6]);
  });
});

describe('what crosses to another origin', () => {
  const headers = {
    accept: 'a',
    Range: 'bytes=1-',
    'If-Range': 'e',
    Authorization: 'Bearer t',
    Cookie: 'c',
    'X-Custom': 'x',
  };

  it('is harmless, and credentials never come back', async () => {
    const { send, requests } = scriptedSend(
      to('https://cdn.example/x'),
      to('https://registry.example/'),
      OK,
    );
    await followRedirects(send, { registry: REGISTRY })(get(REGISTRY, { headers }));
    expect(requests.map((request) => request.mayAuthorize)).toEqual([true, false, false]);
    const harmless = { accept: 'a', Range: 'bytes=1-', 'If-Range': 'e' };
    expect(requests.map((request) => request.headers)).toEqual([headers, harmless, harmless]);
  });

  it.each([
    'https://registry.example:444/',
    'https://sub.registry.example/',
    'https://registry.example.evil/',
  ])('another port or host is another origin: %s', async (location) => {
    const { send, requests } = scriptedSend(to(location), OK);
    await followRedirects(send, { registry: REGISTRY })(get(REGISTRY, { headers }));
    expect(requests[1]).toMatchObject({ mayAuthorize: false });
    expect(requests[1]?.headers).not.toHaveProperty('Authorization');
  });

  it('a request that begins elsewhere may not carry credentials at all', async () => {
    const { send, requests } = scriptedSend(to('https://registry.example/'), OK);
    await followRedirects(send, { registry: REGISTRY })(get('https://other.example/'));
    expect(requests.map((request) => request.mayAuthorize)).toEqual([false, false]);
  });

  it('an origin is scheme, host and port', () => {
    expect(originOf(new URL('https://H.example:443/x?y'))).toBe('https://h.example');
    expect(originOf(new URL('http://h.example:5000'))).toBe('http://h.example:5000');
  });
});

describe('where a registry may send anybody', () => {
  it.each<[string, string | undefined, string]>([
    ['no location', undefined, 'LOCATION'],
    ['no URL', 'https://[', 'LOCATION'],
    ['http', 'http://registry.example/', 'DOWNGRADE'],
    ['file', 'file:///etc/passwd', 'SCHEME'],
    ['unix socket', 'unix:/run/docker.sock', 'SCHEME'],
    ['data', 'data:text/plain,x', 'SCHEME'],
    ['userinfo', 'https://me:secret@cdn.example/', 'USERINFO'],
    ['metadata', 'https://169.254.169.254/latest', 'ADDRESS'],
    ['loopback', 'https://127.0.0.1/', 'ADDRESS'],
    ['unspecified', 'https://[::]/', 'ADDRESS'],
  ])('not to: %s', async (_title, location, reason) => {
    const error = await expectError(
      () => checkTarget(location, REGISTRY, REGISTRY),
      'REDIRECT_REFUSED',
    );
    expect(error.details['reason']).toBe(reason);
    expect(error.message).not.toContain('secret');
  });

  it('to http from http, to private ranges, and to loopback from loopback on any port', () => {
    const plain = new URL('http://registry.example:5000/');
    const local = new URL('http://localhost:5000/');
    expect(checkTarget('http://10.0.0.7/x', plain, plain).href).toBe('http://10.0.0.7/x');
    expect(checkTarget('http://127.0.0.1:9/x', local, local).href).toBe('http://127.0.0.1:9/x');
    expect(checkTarget('?digest=d', new URL('https://h.example/u'), REGISTRY).search).toBe(
      '?digest=d',
    );
    expect(checkTarget(new URL('https://a.example'), REGISTRY, REGISTRY).host).toBe('a.example');
  });
});
