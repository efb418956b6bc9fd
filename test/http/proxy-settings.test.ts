import { describe, expect, it } from 'vitest';
import { createProxyFor } from '../../src/http/proxy-settings.ts';
import { expectError } from '../support/expect-error.ts';

type Variables = Record<string, string>;

function proxyOf(environment: Variables, url = 'https://registry.example/v2/'): string | undefined {
  return createProxyFor(environment)(new URL(url))?.href;
}

describe('which proxy', () => {
  it.each<[string, Variables, string, string | undefined]>([
    ['none', {}, 'https://r.example/', undefined],
    ['https', { HTTPS_PROXY: 'http://p:1' }, 'https://r.example/', 'http://p:1/'],
    ['not the other scheme', { HTTPS_PROXY: 'http://p:1' }, 'http://r.example/', undefined],
    ['http', { HTTP_PROXY: 'http://p:1' }, 'http://r.example/', 'http://p:1/'],
    ['all', { ALL_PROXY: 'http://p:1' }, 'http://r.example/', 'http://p:1/'],
    ['lower case', { https_proxy: 'http://l', HTTPS_PROXY: 'http://u' }, 'https://r', 'http://l/'],
    ['special first', { all_proxy: 'http://a', HTTPS_PROXY: 'http://s' }, 'https://r', 'http://s/'],
    ['empty is none', { https_proxy: '', HTTPS_PROXY: '' }, 'https://r.example/', undefined],
    ['no scheme', { HTTPS_PROXY: 'proxy.example:3128' }, 'https://r', 'http://proxy.example:3128/'],
    ['httpoxy', { HTTP_PROXY: 'http://p', REQUEST_METHOD: 'GET' }, 'http://r.example/', undefined],
    ['localhost', { HTTP_PROXY: 'http://p' }, 'http://localhost:5000/', undefined],
    ['loopback', { ALL_PROXY: 'http://p' }, 'http://127.0.0.1:5000/', undefined],
    ['IPv6 loopback', { ALL_PROXY: 'http://p' }, 'http://[::1]:5000/', undefined],
  ])('%s', (_title, environment, url, expected) => {
    expect(proxyOf(environment, url)).toBe(expected);
  });

  it('keeps user name and password of the proxy, and shows neither', async () => {
    const login = 'http://me:secret@proxy.example';
    expect(proxyOf({ HTTPS_PROXY: login })).toBe(`${login}/`);
    const error = await expectError(() => proxyOf({ HTTPS_PROXY: `${login}:99999` }), 'USAGE');
    expect(error.message).toContain('HTTPS_PROXY');
    expect(error.message).not.toContain('secret');
  });
});

describe('NO_PROXY', () => {
  it.each([
    ['*', 'https://any.example/', true],
    ['registry.example', 'https://registry.example/', true],
    ['example', 'https://registry.example/', true],
    ['.example', 'https://registry.example/', true],
    ['*.example', 'https://registry.example/', true],
    ['REGISTRY.example.', 'https://registry.EXAMPLE./', true],
    ['ample', 'https://registry.example/', false],
    ['registry.example.com', 'https://registry.example/', false],
    ['a.test, registry.example b.test', 'https://registry.example/', true],
    ['registry.example:443', 'https://registry.example/', true],
    ['registry.example:5000', 'https://registry.example/', false],
    ['registry.example:5000', 'https://registry.example:5000/', true],
    ['10.0.0.0/8', 'https://10.1.2.3/', true],
    ['10.0.0.0/8', 'https://11.1.2.3/', false],
    ['10.0.0.0/99', 'https://10.1.2.3/', false],
    ['10.0.0.0/x', 'https://10.1.2.3/', false],
    ['10.1.2.3', 'https://10.1.2.3:8443/', true],
    ['10.1.2.3:443', 'https://10.1.2.3:8443/', false],
    ['fd00::/8', 'https://[fd00::1]/', true],
    ['fd00::1', 'https://[fd00::1]/', true],
    ['[fd00::1]:5000', 'https://[fd00::1]:5000/', true],
    ['[fd00::1]:5000', 'https://[fd00::1]/', false],
    ['10.0.0.0/8', 'https://ten.example/', false],
    [',', 'https://registry.example/', false],
  ])('%s and %s: exempt %s', (noProxy, url, isExempt) => {
    const direct = proxyOf({ ALL_PROXY: 'http://p', NO_PROXY: noProxy }, url) === undefined;
    expect(direct).toBe(isExempt);
    expect(proxyOf({ ALL_PROXY: 'http://p', no_proxy: noProxy }, url) === undefined).toBe(isExempt);
  });
});
