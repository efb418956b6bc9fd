import { describe, expect, it } from 'vitest';
import { followRedirects, originOf } from '../../src/http/follow-redirects.ts';
import type { HttpRequest, Send } from '../../src/http/transport.ts';
import { withRetries } from '../../src/http/with-retries.ts';
import { get, makeSend, textOf } from '../http/make-send.ts';
import { scriptedSend } from '../http/scripted-send.ts';
import { startServer } from '../http/start-server.ts';
import { fc } from '../support/properties.ts';

// R7: oras-go GHSA-vh4v-2xq2-g5cg; @sigstore/oci registry.test.ts; CVE-2024-28849 and its family.

const SECRETS = {
  Authorization: 'Bearer secret-1',
  Cookie: 'session=secret-2',
  'X-Key': 'secret-3',
};

/** What the registry part does: it adds credentials to the hops that may carry them. */
function authorizing(send: Send): Send {
  return (request) => {
    if (!request.mayAuthorize) return send(request);
    return send({ ...request, headers: { ...request.headers, Authorization: 'Bearer secret-4' } });
  };
}

describe('R7: credentials on redirects', () => {
  it('registry, another port, registry: nothing crosses, nothing comes back', async () => {
    const received: string[] = [];
    let elsewhere = '';
    const registry = await startServer((request, response) => {
      received.push(`registry ${JSON.stringify(request.headers)}`);
      if (request.url === '/back') response.end('done');
      else response.writeHead(307, { Location: elsewhere, 'Set-Cookie': 'a=secret-5' }).end();
    });
    const other = await startServer((request, response) => {
      received.push(`other ${JSON.stringify(request.headers)}`);
      response.writeHead(302, { Location: new URL('/back', registry).href }).end();
    });
    elsewhere = other.href;
    const send = withRetries(followRedirects(authorizing(makeSend()), { registry }));
    expect(await textOf(await send(get(registry, { headers: SECRETS })))).toBe('done');
    expect(received.map((line) => [line.split(' ')[0], line.includes('secret')])).toEqual([
      ['registry', true],
      ['other', false],
      ['registry', false],
    ]);
  });

  const host = fc.constantFrom(
    ...['registry.example', 'registry.example:444', 'registry.example.evil', 'a.registry.example'],
    ...['REGISTRY.example.', 'cdn.example', '10.0.0.1', '[2001:db8::1]', 'registry.example@evil'],
  );
  const location = fc.oneof(
    fc
      .tuple(fc.constantFrom('https:', 'http:', ''), host, fc.webPath())
      .map(([scheme, name, path]) => `${scheme}//${name}${path}`),
    fc.webPath(),
    fc.constantFrom(
      '',
      '?x',
      '\\\\evil',
      '/\\evil.example',
      '//',
      'https:evil',
      ' https://e.example ',
    ),
  );
  const headers = fc
    .array(fc.tuple(fc.stringMatching(/^[A-Za-z][A-Za-z-]{0,12}$/), fc.constant('secret-6')))
    .map((entries) => Object.fromEntries(entries));
  const harmless = new Set(['accept', 'accept-encoding', 'range', 'if-range', 'user-agent']);

  it('no list of hops carries a secret to another origin, nor back', async () => {
    const hops = fc.array(location, { minLength: 1, maxLength: 5 });
    const scheme = fc.constantFrom('https:', 'http:');
    await fc.assert(
      fc.asyncProperty(hops, headers, scheme, async (locations, custom, protocol) => {
        const registry = new URL(`${protocol}//registry.example/`);
        const redirects = locations.map((to) => ({ status: 307, headers: { location: to } }));
        const script = scriptedSend(...redirects, { status: 200 });
        const send = followRedirects(authorizing(script.send), { registry });
        // A refused hop is fine; what was sent before it counts.
        await send(get(registry, { headers: { ...SECRETS, ...custom } })).catch(() => undefined);
        expectNothingLeft(script.requests, registry);
      }),
      { numRuns: 1000 },
    );
  });

  function expectNothingLeft(requests: readonly HttpRequest[], registry: URL): void {
    let hasLeft = false;
    for (const request of requests) {
      hasLeft ||= originOf(request.url) !== originOf(registry);
      if (!hasLeft) continue;
      expect(request.mayAuthorize).toBe(false);
      for (const name of Object.keys(request.headers))
        expect(harmless).toContain(name.toLowerCase());
    }
  }
});
