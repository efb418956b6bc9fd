import { describe, expect, it } from 'vitest';
import { readAdminPlugins } from '../../../src/kong/use/read-admin-plugins.ts';
import { serveAdmin, type Pages } from './serve-admin.ts';

const entity = (id: string, fields: object = {}): object => ({ id, name: 'canary', ...fields });

async function ask(pages: Pages): Promise<unknown> {
  return readAdminPlugins(await serveAdmin(pages));
}

describe('readAdminPlugins', () => {
  it('reads all pages, and says what each entity is for and where it is', async () => {
    const server = await serveAdmin({
      '/plugins': {
        data: [entity('a', { route: null, service: { id: 's' } }), entity('b')],
        next: '/plugins?offset=two',
        offset: 'two',
      },
      '/plugins?offset=two': { data: [], next: '/plugins?offset=x%2By' },
      '/plugins?offset=x%2By': {
        data: [
          entity('c', { route: { id: 'r' }, consumer: { id: 'k' } }),
          entity('d/e', { consumer_group: { id: 'g' } }),
        ],
        next: null,
      },
    });
    const at = (id: string): string => `${server.adminUrl.href}plugins/${id}`;
    expect(await readAdminPlugins(server)).toEqual([
      { id: 'a', name: 'canary', scope: 'service s', at: at('a') },
      { id: 'b', name: 'canary', scope: 'global', at: at('b') },
      { id: 'c', name: 'canary', scope: 'route r, consumer k', at: at('c') },
      { id: 'd/e', name: 'canary', scope: 'consumer_group g', at: at('d%2Fe') },
    ]);
    expect(server.requests).toEqual([
      '/workspaces?size=1000 secret',
      '/?size=1000 secret',
      '/plugins?size=1000 secret',
      '/plugins?size=1000&offset=two secret',
      '/plugins?size=1000&offset=x%2By secret',
    ]);
  });

  it('reads every workspace of Kong Enterprise, all pages of them', async () => {
    const server = await serveAdmin({
      '/workspaces': { data: [{ name: 'default' }], next: '/workspaces?offset=2' },
      '/workspaces?offset=2': { data: [{ name: 'team a' }], next: null },
      '/default/plugins': { data: {}, next: null },
      '/team%20a/plugins': { data: [entity('a')], next: null },
    });
    expect(await readAdminPlugins(server)).toEqual([
      {
        id: 'a',
        name: 'canary',
        scope: 'global',
        at: `${server.adminUrl.href}team%20a/plugins/a`,
      },
    ]);
  });

  it('follows no address, only the offset in it', async () => {
    const elsewhere = await serveAdmin({ '/plugins?offset=2': { data: [], next: null } });
    const server = await serveAdmin({
      '/plugins': { data: [], next: `${elsewhere.adminUrl.href}plugins?offset=2` },
      '/plugins?offset=2': { data: [entity('a')], next: null },
    });
    expect(await readAdminPlugins(server)).toHaveLength(1);
    expect(elsewhere.requests).toEqual([]);
  });

  it.each<readonly [why: string, said: string, pages: Pages]>([
    ['a page that fails', 'answers 500 (/plugins)', { '/plugins': 500 }],
    [
      'the second page that fails',
      'answers 502 (/plugins)',
      { '/plugins': { data: [], next: '?offset=2' }, '/plugins?offset=2': 502 },
    ],
    ['credentials', 'wants credentials (401): give --admin-header', { '/workspaces': 401 }],
    ['credentials', 'wants credentials (403): give --admin-header', { '/plugins': 403 }],
    ['a redirect', 'answers 302', { '/workspaces': 302 }],
    ['no Admin API', 'answers 404', {}],
    ['no list', "is not Kong's Admin API", { '/plugins': { data: { a: 1 } } }],
    ['no list', "is not Kong's Admin API", { '/plugins': 'hello' }],
    ['a next that is none', "is not Kong's Admin API", { '/plugins': { data: [], next: 7 } }],
    ['a next without offset', "is not Kong's Admin API", { '/plugins': { data: [], next: '/' } }],
    ['no entity', "is not Kong's Admin API", { '/plugins': { data: [{ id: 'a' }], next: null } }],
    ['no end', "is not Kong's Admin API", { '/plugins': { data: [] } }],
    ['an empty offset', "is not Kong's Admin API", { '/plugins': { data: [], next: '?offset=' } }],
    [
      'the address of one workspace',
      'shows one workspace alone',
      { '/': { edition: 'enterprise' }, '/plugins': { data: [], next: null } },
    ],
    ['no workspace', "is not Kong's Admin API", { '/workspaces': { data: [], next: null } }],
    [
      'a workspace that is closed',
      'wants credentials (403)',
      {
        '/workspaces': { data: [{ name: 'a' }, { name: 'b' }], next: null },
        '/a/plugins': { data: [entity('x')], next: null },
        '/b/plugins': 403,
      },
    ],
    [
      'pages in a circle',
      'does not come to the last page of /plugins',
      {
        '/plugins': { data: [], next: '?offset=1' },
        '/plugins?offset=1': { data: [], next: '?offset=1' },
      },
    ],
  ])('gives no answer over %s: %s', async (_why, said, pages) => {
    const answer = await ask(pages);
    expect(answer).toContain(said);
    expect(answer).not.toContain('secret');
  });

  it('gives no answer where nobody listens', async () => {
    const server = await serveAdmin({});
    const adminUrl = new URL('http://127.0.0.1:1');
    expect(await readAdminPlugins({ ...server, adminUrl })).toContain('nobody answers at');
  });
});
