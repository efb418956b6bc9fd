import { describe, expect, it } from 'vitest';
import { readInstallable } from '../../src/plugin/read-installable.ts';
import { expectError } from '../support/expect-error.ts';
import { GOOD, HANDLER, planOf, SCHEMA, type Texts } from './source-of.ts';

const NAMELESS = 'return build()';
async function installed(files: Texts, name?: string): Promise<readonly string[]> {
  const plugin = await readInstallable(planOf(files), name === undefined ? {} : { name });
  return plugin.files.map(({ path }) => path);
}

describe('readInstallable', () => {
  it('takes the buffers of the plan, its name, VERSION and PRIORITY', async () => {
    const plan = planOf(GOOD);
    const plugin = await readInstallable(plan, { name: 'my-plugin' });
    expect(plugin).toMatchObject({ name: 'my-plugin', version: '1.0.0', priority: 1 });
    expect(plugin.plan).toBe(plan);
    expect(plugin.files.map(({ bytes }) => bytes)).toEqual(plan.files.map(({ bytes }) => bytes));
    plugin.files.forEach((file, index) => {
      expect(file.bytes).toBe(plan.files[index]?.bytes);
    });
  });

  it('takes signed facts over the ones in the handler, which it then does not parse', async () => {
    const plan = planOf({ ...GOOD, 'kong/plugins/my-plugin/handler.lua': 'not lua at all' });
    const signed = { name: 'my-plugin', version: '9.0.0', priority: 7 };
    expect(await readInstallable(plan, signed)).toMatchObject(signed);
  });

  it('has no version where VERSION is computed', async () => {
    const plan = planOf({ ...GOOD, 'kong/plugins/my-plugin/handler.lua': 'return make()' });
    expect(await readInstallable(plan)).not.toHaveProperty('version');
  });

  it('keeps sibling modules of a layer and leaves side files out', async () => {
    const kept = {
      ...GOOD,
      'kong/plugins/my-plugin/data.json': '',
      'kong/plugins/x-lib/a.lua': '',
      'resty/foo.lua': '',
    };
    expect(await installed({ ...kept, README: '', 'a.rockspec': '', 'x/data.json': '' })).toEqual(
      Object.keys(kept),
    );
  });

  it("reads the seed's tree", async () => {
    const files: Texts = { ...GOOD, 'README.md': '', 'INSTALL.txt': '', 'x-1-1.rockspec': '' };
    const tree = Object.fromEntries(
      Object.entries(files).map(([path, text]) => [`my-plugin/${path}`, text]),
    );
    expect(await installed({ ...tree, 'my-plugin/tools/gen.lua': '' })).toEqual(Object.keys(GOOD));
  });

  it.each([
    ['a directory', { 'x-1.0/handler.lua': HANDLER, 'x-1.0/schema.lua': SCHEMA }, undefined],
    ['the top', { 'handler.lua': HANDLER, 'schema.lua': SCHEMA }, undefined],
    ['the top, named', { 'handler.lua': HANDLER, 'schema.lua': SCHEMA }, 'my-plugin'],
    ['the top, unnamed', { 'handler.lua': HANDLER, 'schema.lua': NAMELESS }, 'my-plugin'],
    [
      'a directory with the name',
      { 'my-plugin/handler.lua': HANDLER, 'my-plugin/schema.lua': NAMELESS },
      undefined,
    ],
  ])('reads a bare plugin at %s', async (_, files: Texts, name) => {
    expect(await installed({ ...files, 'README.md': '' }, name)).toEqual(Object.keys(GOOD));
  });

  it('leaves out what packing leaves out', async () => {
    const own = 'kong/plugins/my-plugin';
    const junk = { [`${own}/.x`]: '', [`${own}/a.lua~`]: '', [`${own}/spec/a.lua`]: '' };
    expect(await installed({ ...GOOD, ...junk })).toEqual(Object.keys(GOOD));
  });

  it('installs a plugin named spec, without its tests', async () => {
    const own = 'kong/plugins/spec';
    const files = { [`${own}/handler.lua`]: HANDLER, [`${own}/schema.lua`]: SCHEMA };
    expect(await installed({ ...files, [`${own}/spec/a.lua`]: '' })).toEqual(Object.keys(files));
  });

  it('knows nothing of a handler that is too much to parse', async () => {
    const handler = `${'goto x '.repeat(1001)} ${HANDLER}`;
    const plan = planOf({ ...GOOD, 'kong/plugins/my-plugin/handler.lua': handler });
    const plugin = await readInstallable(plan);
    expect(plugin).not.toHaveProperty('version');
    expect(plugin).not.toHaveProperty('priority');
  });

  it('leaves to Kong what only Kong can judge', async () => {
    const files = {
      'kong/plugins/x/handler/init.lua': 'not lua at all',
      'kong/plugins/x/schema.lua': 'return',
    };
    expect(await readInstallable(planOf(files))).toMatchObject({ name: 'x' });
  });

  it('needs a name', async () => {
    const plan = planOf({ 'handler.lua': HANDLER, 'schema.lua': NAMELESS });
    const error = await expectError(() => readInstallable(plan), 'PLUGIN_REFUSED');
    expect(error.remedy).toContain('--plugin');
  });
});
