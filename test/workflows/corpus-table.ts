import type { ErrorCode } from '../../src/errors/catalogue.ts';

/** What is to be packed of one plugin of the corpus. */
interface ExpectedPlugin {
  readonly version: string;
  /**
   * Files below `kong/plugins`, or with a leading `/` below the Lua root; `=` names the file of
   * the source where it is not the one of that path.
   */
  readonly files: string;
  /** `severity rule file:line`. */
  readonly findings?: readonly string[];
}

/** By name; a text is the whole directory's refusal, an array one plugin's: code and message. */
type Expected =
  | readonly [code: ErrorCode, message: string]
  | Readonly<Record<string, ExpectedPlugin | readonly [code: ErrorCode, message: string]>>;

const greeter = { version: '1.0.0', files: 'greeter/handler.lua greeter/schema.lua' };
const both = (files: (name: string) => string, findings?: (name: string) => string[]): Expected =>
  Object.fromEntries(
    ['alpha', 'beta'].map((name) => [
      name,
      { version: '1.0.0', files: files(name), findings: findings?.(name) ?? [] },
    ]),
  );
const bare = (name: string, from: string): string =>
  `${name}/handler.lua=${from}handler.lua ${name}/schema.lua=${from}schema.lua`;

/** testdata/corpus: every layout and quirk of public repositories, and what becomes of it. */
export const CORPUS: Readonly<Record<string, Expected>> = {
  'bad-name': ['PLUGIN_REFUSED', 'not a plugin name: "my.plugin"'],
  'bare-and-tree': {
    greeter: {
      ...greeter,
      findings: [
        'warning rockspec-module-differs greeter-1.0.0-1.rockspec:7',
        'warning rockspec-module-differs greeter-1.0.0-1.rockspec:8',
      ],
    },
  },
  'bare-below-plugins': both((name) => bare(name, `plugins/${name}/`)),
  'bare-differs': Object.fromEntries(
    ['alpha', 'beta'].map((name) => [
      `my-${name}`,
      {
        version: '0.1.0',
        files: bare(`my-${name}`, `my_${name}/`),
        findings: [`warning version-differs my_${name}/my-${name}-0.1.0-1.rockspec:1`],
      },
    ]),
  ),
  'bare-directories': both((name) => bare(name, `${name}/`)),
  'bare-shared-library': both(
    (name) => `${bare(name, `plugins/${name}/`)} common/text.lua=plugins/common/text.lua`,
  ),
  'broken-neighbour': {
    alpha: { version: '1.0.0', files: bare('alpha', 'alpha/kong/plugins/alpha/') },
    beta: ['PLUGIN_REFUSED', 'beta/beta.rockspec:2: <expression> expected'],
  },
  'broken-rockspec': { greeter: ['PLUGIN_REFUSED', 'a.rockspec:1: unfinished string'] },
  'bundled-name': { jwt: ['PLUGIN_REFUSED', 'kong/plugins/jwt/: jwt is the name of a plugin'] },
  'detected-modules': {
    greeter: { version: '1.0.0', files: bare('greeter', 'src/kong/plugins/greeter/') },
  },
  'directory-differs': {
    'rate-note': { version: '1.0.0', files: bare('rate-note', 'kong/plugins/rate_note/') },
  },
  'file-missing': {
    greeter: [
      'PLUGIN_REFUSED',
      'kong-plugin-greeter-1.0.0-1.rockspec:9: module kong.plugins.greeter.gone: there is no kong/plugins/greeter/gone.lua',
    ],
  },
  'init-modules': {
    greeter: {
      version: '1.0.0',
      files:
        'greeter/handler.lua greeter/migrations/000_base_greeter.lua greeter/migrations/init.lua greeter/schema.lua greeter/text/init.lua',
    },
  },
  junk: { greeter: { ...greeter, files: `${greeter.files} greeter/template.json` } },
  legacy: {
    greeter: [
      'PLUGIN_REFUSED',
      "kong/plugins/greeter/handler.lua:2: module 'kong.plugins.base_plugin' not found",
    ],
  },
  nameless: ['USAGE', 'the plugin has no name'],
  'no-handler': {
    greeter: ['PLUGIN_REFUSED', 'there is no kong/plugins/greeter/handler.lua'],
  },
  'no-plugin': ['PLUGIN_REFUSED', 'there is no plugin: no handler.lua was found'],
  'no-rockspec': { greeter },
  'no-schema': {
    greeter: ['PLUGIN_REFUSED', 'there is no kong/plugins/greeter/schema.lua'],
  },
  'not-plugins': { greeter },
  'one-down': {
    greeter: { version: '1.0.0', files: bare('greeter', 'plugin/kong/plugins/greeter/') },
  },
  'one-rockspec-several': both(
    (name) => `/acme/shared.lua=src/shared.lua ${name}/handler.lua ${name}/schema.lua`,
  ),
  'requires-other-plugin': {
    alpha: {
      version: '1.0.0',
      files: 'alpha/handler.lua alpha/schema.lua',
      findings: ['warning missing-module kong/plugins/alpha/handler.lua:2'],
    },
    beta: { version: '1.0.0', files: 'beta/handler.lua beta/schema.lua beta/words.lua' },
  },
  'rockspecs-directory': { greeter },
  'root-rockspec': { greeter: { version: '1.0.0', files: bare('greeter', '') } },
  'same-name-twice': [
    'PLUGIN_REFUSED',
    'several plugins named greeter: kong/plugins/greeter/, old/kong/plugins/greeter/',
  ],
  'several-deep': {
    alpha: { version: '1.0.0', files: bare('alpha', 'packages/lua/alpha/kong/plugins/alpha/') },
    beta: { version: '2.1.0', files: bare('beta', 'packages/lua/beta/kong/plugins/beta/') },
  },
  'several-packages': {
    greeter: [
      'PLUGIN_REFUSED',
      'several rockspecs: acme-greeter-1.0.0-1.rockspec, kong-plugin-greeter-1.0.0-1.rockspec',
    ],
  },
  'several-src': Object.fromEntries(
    ['alpha', 'beta'].map((name) => [
      name,
      {
        version: '1.0',
        files: bare(name, `plugins/${name}/src/`),
        findings: [`warning version-differs plugins/${name}/${name}-1.0-5.rockspec:1`],
      },
    ]),
  ),
  'several-versions': {
    greeter: {
      ...greeter,
      version: '0.10.0',
      findings: ['0.10.0-1', '0.10.0rc1-1', '0.2.0-1', 'scm-1'].map(
        (version) => `warning rockspec-unused kong-plugin-greeter-${version}.rockspec:1`,
      ),
    },
  },
  'shared-library': both(
    (name) => `acme-base/base.lua acme-lib/text.lua ${name}/handler.lua ${name}/schema.lua`,
  ),
  'src-file-unlisted': {
    greeter: {
      version: '1.0.0',
      files: `${bare('greeter', 'src/')} greeter/words.lua=src/words.lua`,
      findings: ['warning rockspec-file-unlisted kong-plugin-greeter-1.0.0-1.rockspec:4'],
    },
  },
  'src-rockspec': {
    greeter: {
      version: '1.0.0',
      files: `${bare('greeter', 'src/')} greeter/words.lua=src/words.lua`,
    },
  },
  'stale-rockspec': {
    greeter: {
      ...greeter,
      findings: ['warning rockspec-unused kong-plugin-myplugin-0.1.0-1.rockspec:1'],
    },
  },
  union: {
    greeter: {
      ...greeter,
      files: `/acme/http.lua=lib/http.lua ${greeter.files} greeter/words.lua`,
      findings: ['warning rockspec-file-unlisted kong-plugin-greeter-1.0.0-1.rockspec:4'],
    },
  },
  'usual-tree': { greeter },
};
