import { describe, expect, it } from 'vitest';
import { readInstallable } from '../../src/plugin/read-installable.ts';
import { GOOD, HANDLER, planOf, SCHEMA, type Texts } from '../plugin/source-of.ts';
import { expectError } from '../support/expect-error.ts';

const bundled: Texts = Object.fromEntries(
  Object.entries(GOOD).map(([path, text]) => [path.replace('my-plugin', 'jwt'), text]),
);
const bare: Texts = { 'handler.lua': HANDLER, 'schema.lua': SCHEMA };
const with_ = (path: string, content: string | Uint8Array = ''): Texts => ({
  ...GOOD,
  [path]: content,
});

describe('an archive that is signed and still no plugin for this node (A19)', () => {
  it.each<[string, Texts, string]>([
    ['nothing', {}, 'NO_HANDLER'],
    ['no handler', { 'kong/plugins/x/schema.lua': SCHEMA }, 'NO_HANDLER'],
    ['no schema', { 'kong/plugins/x/handler.lua': HANDLER }, 'NO_SCHEMA'],
    ['only hidden files', { '.x/kong/plugins/x/handler.lua': HANDLER }, 'NO_HANDLER'],
    ['only tests', { 'spec/kong/plugins/x/handler.lua': HANDLER }, 'NO_HANDLER'],
    ['two plugins', with_('kong/plugins/y/handler.lua', HANDLER), 'SEVERAL_PLUGINS'],
    ['two trees', with_('b/kong/plugins/my-plugin/handler.lua', HANDLER), 'SEVERAL_PLUGINS'],
    ['two bare ones', { 'a/handler.lua': HANDLER, 'b/handler.lua': HANDLER }, 'SEVERAL_PLUGINS'],
    ['a bare one and a tree', with_('handler.lua', HANDLER), 'SEVERAL_PLUGINS'],
    ["another plugin's schema", with_('kong/plugins/y/schema.lua', SCHEMA), 'OTHER_PLUGIN'],
    ['a bundled name', bundled, 'BUNDLED'],
    [
      'a bundled name in the schema',
      { ...bare, 'schema.lua': 'return { name = "jwt" }' },
      'BUNDLED',
    ],
    [
      'a name that leads elsewhere',
      { ...bare, 'schema.lua': 'return { name = "../../x" }' },
      'NAME',
    ],
    ['a name with a dot', { 'kong/plugins/a.b/handler.lua': HANDLER }, 'NAME'],
    ["Kong's own code", with_('kong/tools/dns.lua'), 'SHADOWS_KONG'],
    ["a new file in Kong's tree", with_('kong/new.lua'), 'SHADOWS_KONG'],
    ["a template in Kong's tree", with_('kong/templates/nginx.txt'), 'SHADOWS_KONG'],
    ['kong itself', with_('kong.lua'), 'SHADOWS_KONG'],
    ["a bundled plugin's module", with_('kong/plugins/jwt/extra.lua'), 'SHADOWS_KONG'],
    ['a bundled plugin as one file', with_('kong/plugins/jwt.lua'), 'SHADOWS_KONG'],
    ['a library of Kong', with_('resty/http.lua'), 'SHADOWS_KONG'],
    ['a library of Kong as init', with_('cjson/init.lua'), 'SHADOWS_KONG'],
    ['a native library', with_('kong/plugins/my-plugin/fast.so'), 'FOREIGN_CODE'],
    ['a Windows library', with_('kong/plugins/my-plugin/FAST.DLL'), 'FOREIGN_CODE'],
    [
      'a native library by another name',
      with_('kong/plugins/my-plugin/data.txt', '\x7fELF\x02'),
      'FOREIGN_CODE',
    ],
    ['LuaJIT bytecode', with_('kong/plugins/my-plugin/a.lua', '\x1bLJ\x02'), 'FOREIGN_CODE'],
    ['Lua bytecode', with_('kong/plugins/my-plugin/a.lua', '\x1bLuaQ'), 'FOREIGN_CODE'],
    [
      'bytecode behind a mark',
      with_('kong/plugins/my-plugin/a.lua', '\ufeff\x1bLJ\x02'),
      'FOREIGN_CODE',
    ],
    ...['\n', '\r', '\r\n'].map((end): [string, Texts, string] => [
      `bytecode behind a # line that ends with ${JSON.stringify(end)}`,
      with_('kong/plugins/my-plugin/a.lua', `# x${end}\x1bLuaQ`),
      'FOREIGN_CODE',
    ]),
    ['a private key', with_('kong/plugins/my-plugin/server.key', 'x'), 'SECRET'],
    ['an environment file', with_('kong/plugins/my-plugin/prod.env', 'TOKEN=1'), 'SECRET'],
    [
      "PuTTY's key",
      with_('kong/plugins/my-plugin/a', 'PuTTY-User-Key-File-2: x\nPrivate-Lines: 4'),
      'SECRET',
    ],
  ])('%s', async (_, files, reason) => {
    const error = await expectError(() => readInstallable(planOf(files)), 'PLUGIN_REFUSED');
    expect(error.details['reason']).toBe(reason);
    expect(error.exitCode).toBe(8);
  });

  it.each<[string, Texts]>([
    ['its directory', GOOD],
    ['its schema', bare],
    ['its schema, not its directory', { 'other/handler.lua': HANDLER, 'other/schema.lua': SCHEMA }],
    [
      'its bare directory',
      { 'my-plugin/handler.lua': HANDLER, 'my-plugin/schema.lua': 'return x()' },
    ],
  ])('another plugin than the expected one, by %s', async (_, files) => {
    const error = await expectError(
      () => readInstallable(planOf(files), { name: 'other' }),
      'PLUGIN_REFUSED',
    );
    expect(error.details).toMatchObject({ name: 'my-plugin', expected: 'other' });
  });
});
