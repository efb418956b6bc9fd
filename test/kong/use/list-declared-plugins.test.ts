import { stringify } from 'yaml';
import { describe, expect, it } from 'vitest';
import { listDeclaredPlugins } from '../../../src/kong/use/list-declared-plugins.ts';

const HEAD = '_format_version: "3.0"\n';
const NAMED = [{ name: 'canary' }];

const DOCUMENT = {
  _format_version: '3.0',
  _transform: false,
  services: [
    { name: 'shop', plugins: NAMED, routes: [{ name: 'orders', plugins: NAMED }, {}] },
    { id: 's2', tags: ['plugins'], client_certificate: { id: 'x' } },
  ],
  routes: [{ name: 'alone', plugins: NAMED }],
  consumers: [{ username: 'alice', plugins: NAMED, keyauth_credentials: [{ key: 'canary' }] }],
  consumer_groups: [{ name: 'gold', plugins: NAMED, consumers: [{ plugins: NAMED }] }],
  plugins: [
    { name: 'canary', id: 'p1' },
    { name: 'canary', route: 'orders', consumer: { username: 'alice' }, service: null },
    { name: 'canary', consumer_group: { id: 'g' }, enabled: false },
    { name: 'other', config: { plugins: NAMED } },
  ],
  custom_plugins: [{ name: 'canary', handler: 'return {}' }],
};

describe('listDeclaredPlugins', () => {
  const expected = [
    { scope: 'service shop', at: 'services[0].plugins[0]' },
    { scope: 'route orders', at: 'services[0].routes[0].plugins[0]' },
    { scope: 'route alone', at: 'routes[0].plugins[0]' },
    { scope: 'consumer alice', at: 'consumers[0].plugins[0]' },
    { scope: 'consumer_group gold', at: 'consumer_groups[0].plugins[0]' },
    { scope: 'consumer (unnamed)', at: 'consumer_groups[0].consumers[0].plugins[0]' },
    { scope: 'global', id: 'p1', at: 'plugins[0]' },
    { scope: 'route orders, consumer alice', at: 'plugins[1]' },
    { scope: 'consumer_group g', at: 'plugins[2]' },
    { name: 'other', scope: 'global', at: 'plugins[3]' },
    { scope: 'custom plugin', at: 'custom_plugins[0]' },
  ].map((entity) => ({ name: 'canary', ...entity }));

  it.each([
    ['JSON', JSON.stringify(DOCUMENT)],
    ['JSON behind a byte order mark', `\u{feff}${JSON.stringify(DOCUMENT)}`],
    ['YAML with anchors', stringify(DOCUMENT)],
    ['YAML without', stringify(DOCUMENT, { aliasDuplicateObjects: false })],
  ])('finds them at the top and within all others: %s', (_form, text) => {
    const found = listDeclaredPlugins(text);
    expect(found).toEqual(expect.arrayContaining(expected));
    expect(found).toHaveLength(expected.length);
  });

  it('finds a name that is merged in', () => {
    const text = `${HEAD}_x: &x {name: canary}\nplugins:\n- <<: *x\n  config: {}\n`;
    expect(listDeclaredPlugins(text)).toMatchObject([{ name: 'canary' }]);
  });

  // Each was given to lyaml 6.2, which Kong 3 reads YAML with.
  it.each([
    ['CR', '# shop\rplugins: [{name: canary}]\r'],
    ['NEL', '# shop\u0085plugins: [{name: canary}]'],
    ['LS', '# shop\u2028plugins: [{name: canary}]'],
    ['PS', 'tags: [a] # shop\u2029plugins: [{name: canary}]'],
    ['numbers for keys', 'services: {1: {plugins: [{name: canary}]}}'],
    ['a quoted <<', 'services: [{"<<": {plugins: [{name: canary}]}}]'],
  ])("finds what Kong's reader finds: %s", (_what, text) => {
    expect(listDeclaredPlugins(`${HEAD}${text}`)).toMatchObject([{ name: 'canary' }]);
  });

  it.each([
    HEAD,
    `${HEAD}plugins:\n`,
    `${HEAD}plugins: []\nservices: ~\n`,
    `${HEAD}_ignore: [{plugins: [{name: old}]}]\nservices: [{_ignore: [{plugins: x}]}]\n`,
  ])('finds none in %j', (text) => {
    expect(listDeclaredPlugins(text)).toEqual([]);
  });

  const bomb = ['a: &a [1]', ...Array.from('bcdefghij', bombLine)].join('\n');

  it.each([
    ['', 'no _format_version'],
    ['null', 'no _format_version'],
    ['[]', 'no _format_version'],
    ['plugins: []', 'no _format_version'],
    [`${HEAD}plugins: {a: {name: canary}}`, 'plugins is no list'],
    [`${HEAD}services: [{plugins: canary}]`, 'services[0].plugins is no list'],
    [`${HEAD}plugins: [{}]`, 'plugins[0] names no plugin'],
    [`${HEAD}plugins: [{name: 7}]`, 'plugins[0] names no plugin'],
    [`${HEAD}---\n${HEAD}`, 'multiple documents'],
    [`${HEAD}plugins: []\nplugins: []\n`, 'unique'],
    [`${HEAD}password: "hunter2\n`, 'Missing closing'],
    [`${HEAD}${bomb}`, 'more than 500000 entities'],
    [`${HEAD}a: &a [{b: *a}]`, 'more than 500000 entities'],
    ['['.repeat(20_000), ''],
  ])('gives no answer: %#', (text, said) => {
    const answer = listDeclaredPlugins(text);
    expect(answer).toEqual(expect.stringContaining(said));
    expect(answer).not.toContain('hunter2');
  });
});

/** Each line stands for ten of the one before. */
function bombLine(name: string, index: number): string {
  const before = 'abcdefghij'.charAt(index);
  return `${name}: &${name} [${Array(10).fill(`{${before}: *${before}}`).join()}]`;
}
