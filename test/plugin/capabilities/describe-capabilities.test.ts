import { describe, expect, it } from 'vitest';
import { encodeTar } from '../../../src/archive/encode-tar.ts';
import type { PlannedFile } from '../../../src/content/extraction-plan.ts';
import { bundlePlugin } from '../../../src/plugin/bundle/bundle-plugin.ts';
import type { Capability, PackagedPlugin } from '../../../src/plugin/capabilities/capability.ts';
import { describeCapabilities } from '../../../src/plugin/capabilities/describe-capabilities.ts';
import { OPERATOR_TAR_BYTES, tarBytes } from '../../../src/plugin/capabilities/kong-operator.ts';
import { HANDLER, SCHEMA, type Texts } from '../source-of.ts';

const filesOf = (files: Texts, name = 'my-plugin'): readonly PlannedFile[] =>
  Object.entries({ 'handler.lua': HANDLER, 'schema.lua': SCHEMA, ...files }).map(
    ([path, text]) => ({ path: `kong/plugins/${name}/${path}`, bytes: Buffer.from(text) }),
  );

const ask = (
  way: Capability['way'],
  files: Texts,
  more: Partial<PackagedPlugin> = {},
): Capability | undefined =>
  describeCapabilities({
    name: 'my-plugin',
    files: filesOf(files, more.name),
    ...more,
  }).find((capability) => capability.way === way);

describe('a small plugin', () => {
  it('can go every way', () => {
    const ways = describeCapabilities({ name: 'my-plugin', files: filesOf({}) });
    expect(ways.map(({ way, possible }) => [way, possible])).toEqual([
      ['kong-operator', true],
      ['streaming', true],
      ['konnect', true],
      ['hybrid', true],
    ]);
    expect(ways[0]?.reason).toContain('take 2048 of 1048576 bytes');
  });
});

describe('Kong operator', () => {
  it.each([
    ['a module more', { 'lib/a.lua': '' }, {}, 'kong/plugins/my-plugin/lib/a.lua'],
    ['four modules', { 'a.lua': '', 'b.lua': '', 'c.lua': '', 'd.lua': '' }, {}, 'and 1 more'],
    ['two of a name', { 'lib/handler.lua': '' }, {}, 'one handler.lua and one schema.lua'],
    ['other letters', {}, { name: 'My_Plugin' }, 'My_Plugin cannot be the name'],
    ['bytes', { 'handler.lua': Buffer.from([0xff]) }, {}, 'handler.lua is no UTF-8'],
    ['no layer', {}, { layerTypes: ['application/x-gzip'] }, 'it has 0 layers'],
    [
      'a directory',
      {},
      { entries: [{ path: 'kong/', bytes: new Uint8Array() }, ...filesOf({})] },
      'here is kong/',
    ],
  ] as const)('refuses %s', (_, files, more, why) => {
    const capability = ask('kong-operator', files, more);
    expect(capability).toMatchObject({ possible: false });
    expect(capability?.reason).toContain(why);
  });

  it('reads 1 MiB of tar, to the byte', async () => {
    const fitting = OPERATOR_TAR_BYTES - tarBytes([SCHEMA.length]) - 512;
    const limit = filesOf({ 'handler.lua': 'x'.repeat(fitting) });
    expect(tarBytes(limit.map(({ bytes }) => bytes.length))).toBe(OPERATOR_TAR_BYTES);
    // Two blocks of zeros end a tar; the operator does not need them.
    expect((await encodeTar(limit)).length).toBe(OPERATOR_TAR_BYTES + 1024);
    expect(ask('kong-operator', { 'handler.lua': 'x'.repeat(fitting) })?.possible).toBe(true);
    const over = ask('kong-operator', { 'handler.lua': 'x'.repeat(fitting + 1) });
    expect(over?.possible).toBe(false);
    expect(over?.reason).toContain('take 1049088 bytes as tar, and it reads 1048576');
  });

  it('takes a layer of docker, and layers of other types beside it', () => {
    const layerTypes = [
      'application/vnd.oci.image.layer.v1.tar',
      'application/vnd.docker.image.rootfs.diff.tar.gzip',
    ];
    expect(ask('kong-operator', {}, { layerTypes })?.possible).toBe(true);
  });

  it('takes many modules as a bundle, which cannot be streamed', () => {
    const files = bundlePlugin('my-plugin', filesOf({ 'lib.lua': 'return 1' }));
    const ways = describeCapabilities({ name: 'my-plugin', files });
    expect(ways[0]?.possible).toBe(true);
    expect(ways[1]?.reason).toContain('uses package, as a bundle does');
  });
});

describe('streaming', () => {
  it.each([
    [{ 'lib.lua': '' }, 'lib.lua'],
    [{ 'handler.lua': 'local H = {}\nfunction H:init_worker() end' }, 'handler.lua:2 has init_'],
    [{ 'handler.lua': 'return { init_worker = f }' }, 'handler.lua:1 has init_worker'],
    [{ 'handler.lua': 'ngx.timer.at(0, f)' }, 'handler.lua:1 starts timers'],
    [{ 'handler.lua': 'kong.timer:every(1)' }, 'handler.lua:1 starts timers'],
    [{ 'handler.lua': '\nlocal f = io.open("x")' }, 'handler.lua:2 uses io'],
    [{ 'handler.lua': 'require "resty.unheard"' }, 'handler.lua:1 requires resty.unheard'],
    [{ 'handler.lua': 'local = 1' }, 'handler.lua could not be read'],
    [{ 'schema.lua': '\n\nreturn { check = function() end }' }, 'schema.lua:3 has functions'],
  ])('refuses %j', (files: Texts, why) => {
    const capability = ask('streaming', files);
    expect(capability?.possible).toBe(false);
    expect(capability?.reason).toContain(why);
  });

  it('takes what requires only modules of Kong', () => {
    expect(ask('streaming', { 'handler.lua': 'require "cjson.safe"' })?.possible).toBe(true);
  });
});

describe('Konnect and hybrid', () => {
  it.each([
    [{ 'daos.lua': '' }, 'none of daos.lua'],
    [{ 'api.lua': '', 'migrations/init.lua': '' }, 'none of api.lua, migrations/init.lua'],
    [{ 'schema.lua': 'local t = require "kong.db.schema.typedefs"' }, 'schema.lua:1 requires'],
    [{ 'schema.lua': 'local = 1' }, 'schema.lua could not be read'],
  ])('Konnect refuses %j', (files: Texts, why) => {
    const capability = ask('konnect', files);
    expect(capability?.possible).toBe(false);
    expect(capability?.reason).toContain(why);
  });

  it('take modules of any number', () => {
    expect(ask('konnect', { 'lib/a.lua': '' })?.possible).toBe(true);
    const hybrid = ask('hybrid', { 'lib/a.lua': '', 'daos.lua': '', 'api/init.lua': '' });
    expect(hybrid).toMatchObject({ possible: true });
    expect(hybrid?.reason).toContain('handler and schema and runs daos.lua, api/init.lua');
  });
});
