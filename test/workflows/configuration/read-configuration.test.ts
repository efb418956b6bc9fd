import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Configuration } from '../../../src/workflows/configuration/configuration.ts';
import { readConfiguration } from '../../../src/workflows/configuration/read-configuration.ts';
import { expectError } from '../../support/expect-error.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const directory = temporaryDirectory();
const file = join(directory, 'kongcrate.yaml');

function read(text: string): Promise<Configuration> {
  writeFileSync(file, text);
  return readConfiguration(file);
}

const inKong = (lines: string): string => `version: 1\nkong:\n  ${lines}\n`;
const inPlugins = (...items: readonly string[]): string =>
  `version: 1\nplugins:\n${items.map((item) => `  - ${item}\n`).join('')}`;

describe('a configuration', () => {
  it('says everything about a node, with paths relative to itself', async () => {
    const read1 = await read(`version: 1
luaRoot: lua
kong:
  conf: etc/kong.conf
  prefix: /usr/local/kong
  role: data-plane
  adminUrl: https://control-plane.example:8444
  statusUrl: http://127.0.0.1:8100
  declarativeConfig: ./kong.yml
  probe: curl -fsS http://127.0.0.1:8000/health
  probeForSeconds: 5
  activateTimeoutSeconds: 60
mirrors:
  - prefix: registry.example/acme
    mirrors: [{ location: mirror.local/acme }]
trust:
  rules: [{ match: '**', unsigned: allow }]
plugins:
  - reference: registry.example/acme/my-plugin:1.2.0
    name: my-plugin
  - reference: oci-layout:./dist:2
    as: registry.example/acme/other
    enabled: false
`);
    expect(read1).toMatchObject({
      file,
      luaRoot: join(directory, 'lua'),
      kong: {
        conf: join(directory, 'etc/kong.conf'),
        prefix: '/usr/local/kong',
        role: 'data-plane',
        adminUrl: new URL('https://control-plane.example:8444'),
        statusUrl: new URL('http://127.0.0.1:8100'),
        declarativeConfig: join(directory, 'kong.yml'),
        probe: 'curl -fsS http://127.0.0.1:8000/health',
        probeForSeconds: 5,
        activateTimeoutSeconds: 60,
      },
      mirrors: [{ prefix: 'registry.example/acme', origin: `${file}:14` }],
      trust: { rules: [{ unsigned: 'allow' }] },
      plugins: [
        { reference: 'registry.example/acme/my-plugin:1.2.0', name: 'my-plugin', isEnabled: true },
        {
          reference: 'oci-layout:./dist:2',
          as: 'registry.example/acme/other',
          isEnabled: false,
        },
      ],
    });
  });

  it('may say no more than its version', async () => {
    expect(await read('version: 1\n')).toEqual({ file, mirrors: [], kong: {}, plugins: [] });
  });

  it.each<[what: string, text: string, message: string]>([
    ['nothing', '', 'is empty'],
    ['no version', 'plugins: []', ':1:1: version is missing'],
    ['version 2', 'version: 2', ':1:10: version: version 2 is newer'],
    ['another key', 'version: 1\nplugin: []', ':2:1: plugin: there is no such key'],
    ['a key twice', 'version: 1\nluaRoot: a\nluaRoot: b', ':3:1: luaRoot: this key stands here tw'],
    ['a Lua root that is a list', 'version: 1\nluaRoot: [a]', ':2:10: luaRoot: a list stands'],
    ['an anchor', 'version: 1\nkong: &k {conf: a}', ':2:7: an anchor stands here'],
    ['an alias', 'version: 1\nkong: *k', ':2:7: an alias stands here'],
    ['brackets without end', `version: ${'['.repeat(20)}`, 'nested deeper than 16'],
    ['kong of nothing', 'version: 1\nkong:', ':2:6: kong: nothing stands here'],
    ['another key of kong', inKong('config: x'), ':3:3: kong.config: there is no such key'],
    ['conf twice', inKong('conf: x\n  conf: y'), ':4:3: kong.conf: this key stands here twice'],
    ['another role', inKong('role: proxy'), ':3:9: kong.role: the text "proxy"'],
    ['an address with a password', inKong('adminUrl: http://u:p@a'), 'kong.adminUrl: the address'],
    ['no address', inKong('statusUrl: localhost'), ':3:14: kong.statusUrl: the address'],
    ['a time as text', inKong('activateTimeoutSeconds: 30s'), 'the text "30s" stands here'],
    ['a probe for 0', inKong('probe: x\n  probeForSeconds: 0'), 'the number 0 stands here'],
    ['a time without a probe', inKong('probeForSeconds: 3'), 'and nothing says what'],
    ['conf of nothing', inKong('conf: ""'), ':3:9: kong.conf: the text "" stands here'],
    ['an empty list', 'version: 1\nplugins: []', 'plugins: an empty list stands here'],
    ['a plugin as text', inPlugins('a/b:1'), ':3:5: plugins[0]: the text "a/b:1" stands here'],
    ['no reference', inPlugins('name: x'), 'plugins[0]: reference is missing'],
    ['a file', inPlugins('reference: ./x.tar.gz'), ':3:16: plugins[0].reference: "./x.tar.gz" is'],
    ['another key', inPlugins('reference: a/b:1\n    tag: x'), ':4:5: plugins[0].tag: there is no'],
    ['enabled: yes', inPlugins('reference: a/b:1\n    enabled: yes'), 'the text "yes" stands'],
    [
      'a path as name',
      inPlugins('reference: a/b:1\n    name: a/b'),
      ':4:11: plugins[0].name: "a/b"',
    ],
    ['as for a registry', inPlugins('reference: a/b:1\n    as: c/d'), ':4:9: plugins[0].as: a reg'],
    [
      'a plugin twice',
      inPlugins('reference: a/b:1', 'reference: a/b:1'),
      ':4:5: plugins[1]: a/b:1',
    ],
    [
      'a name twice',
      inPlugins('reference: a/b:1\n    name: x', 'reference: a/c:1\n    name: x'),
      ':5:5: plugins[1]: x stands here twice',
    ],
    ['a rule without signers', 'version: 1\ntrust: {rules: [{match: "**"}]}', 'trust.rules[0]'],
    [
      'a mirror without place',
      'version: 1\nmirrors: [{prefix: a.example, mirrors: [{}]}]',
      'mirrors[0]',
    ],
  ])('%s is refused with its place', async (_what, text, message) => {
    const error = await expectError(() => read(text), 'POLICY_INVALID');
    expect(error.message).toContain(message);
    expect(error.exitCode).toBe(2);
  });
});
