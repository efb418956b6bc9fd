import { describe, expect, it } from 'vitest';
import { readInstallable } from '../../src/plugin/read-installable.ts';
import { expectError } from '../support/expect-error.ts';
import { GOOD, HANDLER, planOf, SCHEMA, type Texts } from './source-of.ts';

const NAMELESS = 'return build()';
const installed = (files: Texts, name?: string): readonly string[] =>
  readInstallable(planOf(files), name === undefined ? {} : { name }).files.map(({ path }) => path);

describe('readInstallable', () => {
  it('takes the buffers of the plan, its name, VERSION and PRIORITY', () => {
    const plan = planOf(GOOD);
    const plugin = readInstallable(plan, { name: 'my-plugin' });
    expect(plugin).toMatchObject({ name: 'my-plugin', version: '1.0.0', priority: 1 });
    expect(plugin.plan).toBe(plan);
    expect(plugin.files.map(({ bytes }) => bytes)).toEqual(plan.files.map(({ bytes }) => bytes));
    plugin.files.forEach((file, index) => {
      expect(file.bytes).toBe(plan.files[index]?.bytes);
    });
  });

  it('has no version where VERSION is computed', () => {
    const plan = planOf({ ...GOOD, 'kong/plugins/my-plugin/handler.lua': 'return make()' });
    expect(readInstallable(plan)).not.toHaveProperty('version');
  });

  it('keeps sibling modules of a layer and leaves side files out', () => {
    const kept = {
      ...GOOD,
      'kong/plugins/my-plugin/data.json': '',
      'kong/plugins/x-lib/a.lua': '',
      'resty/foo.lua': '',
    };
    expect(installed({ ...kept, README: '', 'a.rockspec': '', 'x/data.json': '' })).toEqual(
      Object.keys(kept),
    );
  });

  it("reads the seed's tree", () => {
    const files: Texts = { ...GOOD, 'README.md': '', 'INSTALL.txt': '', 'x-1-1.rockspec': '' };
    const tree = Object.fromEntries(
      Object.entries(files).map(([path, text]) => [`my-plugin/${path}`, text]),
    );
    expect(installed({ ...tree, 'my-plugin/tools/gen.lua': '' })).toEqual(Object.keys(GOOD));
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
  ])('reads a bare plugin at %s', (_, files: Texts, name) => {
    expect(installed({ ...files, 'README.md': '' }, name)).toEqual(Object.keys(GOOD));
  });

  it('leaves out what packing leaves out', () => {
    const own = 'kong/plugins/my-plugin';
    const junk = { [`${own}/.x`]: '', [`${own}/a.lua~`]: '', [`${own}/spec/a.lua`]: '' };
    expect(installed({ ...GOOD, ...junk })).toEqual(Object.keys(GOOD));
  });

  it('leaves to Kong what only Kong can judge', () => {
    const files = {
      'kong/plugins/x/handler/init.lua': 'not lua at all',
      'kong/plugins/x/schema.lua': 'return',
    };
    expect(readInstallable(planOf(files))).toMatchObject({ name: 'x' });
  });

  it('needs a name', async () => {
    const plan = planOf({ 'handler.lua': HANDLER, 'schema.lua': NAMELESS });
    const error = await expectError(() => readInstallable(plan), 'PLUGIN_REFUSED');
    expect(error.remedy).toContain('--plugin');
  });
});
