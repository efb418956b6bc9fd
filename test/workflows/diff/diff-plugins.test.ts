import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packPlugin } from '../../../src/workflows/pack-plugin.ts';
import { packToFile } from '../../../src/workflows/pack-to-file.ts';
import { pushPlugin } from '../../../src/workflows/push-plugin.ts';
import { diffPlugins } from '../../../src/workflows/diff/diff-plugins.ts';
import { encodeLayer } from '../../support/encode-layer.ts';
import { expectError } from '../../support/expect-error.ts';
import { fc } from '../../support/properties.ts';
import { pluginFiles, publish } from '../../support/published.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const PLUGIN = join(import.meta.dirname, '../../../testdata/plugins/hello-header');

async function write(files: readonly { path: string; bytes: Uint8Array }[]): Promise<string> {
  const path = join(temporaryDirectory(), 'plugin.tar.gz');
  writeFileSync(path, (await encodeLayer(files)).bytes);
  return path;
}

/** A directory of the plugin `it` with these files beside its schema. */
function sourceOf(files: Readonly<Record<string, string>>): string {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, 'kong/plugins/it'), { recursive: true });
  const given = { 'schema.lua': 'return { name = "it", fields = {} }\n', ...files };
  for (const [name, text] of Object.entries(given))
    writeFileSync(join(directory, 'kong/plugins/it', name), text);
  return directory;
}

const handler = (more: string): string =>
  `return { PRIORITY = 10, VERSION = "1.0.0" } -- ${more}\n`;

describe('diffPlugins', () => {
  it('is the same plugin as source, archive, rock, layout and reference', async () => {
    const place = temporaryDirectory();
    const packed = join(place, 'p.tar.gz');
    await packToFile(PLUGIN, { output: packed });
    const rock = join(place, 'kong-plugin-hello-header-1.2.0-1.all.rock');
    await packToFile(PLUGIN, { output: rock, rock: true });
    const layout = join(place, 'layout');
    await pushPlugin(PLUGIN, `oci-layout:${layout}:1.2.0`);
    await pushPlugin(PLUGIN, `oci-layout:${layout}:tree`, { layout: 'tree' });
    const trees = [packed, rock, `oci-layout:${layout}:1.2.0`, `oci-layout:${layout}:tree`];
    for (const target of trees) {
      const diff = await diffPlugins(PLUGIN, target);
      expect(diff, target).toMatchObject({ isDifferent: false, files: [], facts: [] });
    }
  });

  it('tells files that came, went and changed, with their lines', async () => {
    const before = sourceOf({ 'handler.lua': handler('one'), 'old.lua': 'return 1\n' });
    const after = sourceOf({ 'handler.lua': handler('two'), 'new.lua': 'return {}' });
    const diff = await diffPlugins(before, after);
    expect(diff).toMatchObject({
      isDifferent: true,
      before: { target: before, kind: 'source' },
      facts: [],
      files: [
        { path: 'kong/plugins/it/handler.lua', change: 'changed', lines: { added: 1, removed: 1 } },
        {
          path: 'kong/plugins/it/new.lua',
          change: 'added',
          after: { size: 9 },
          hunks: [{ lines: ['+return {}', '\\ No newline at end of file'] }],
        },
        { path: 'kong/plugins/it/old.lua', change: 'removed', hunks: [{ lines: ['-return 1'] }] },
      ],
    });
    expect(diff.files[1]).not.toHaveProperty('before');
  });

  it('tells version, priority and annotations, and facts of the rockspec', async () => {
    const one = await publish();
    const other = await publish({
      version: '2.0.0',
      changeManifest: (text) => text.replace('plugin.version":"2.0.0"', 'plugin.version":"9"'),
    });
    const { facts } = await diffPlugins(one.reference, other.reference);
    expect(facts).toEqual([
      { what: 'version', before: '1.0.0', after: '2.0.0' },
      { what: 'annotation dev.kongcrate.plugin.version', before: '1.0.0', after: '9' },
    ]);
    const copy = temporaryDirectory();
    cpSync(PLUGIN, copy, { recursive: true });
    const rockspec = join(copy, 'kong-plugin-hello-header-1.2.0-1.rockspec');
    const text = `${readFileSync(rockspec, 'utf8')}dependencies = { "penlight >= 1.5" }\n`;
    writeFileSync(rockspec, text);
    expect((await diffPlugins(PLUGIN, rockspec)).facts).toEqual([
      { what: 'rockspec dependencies', after: 'penlight >= 1.5' },
    ]);
  });

  it('compares what no node would take as it is', async () => {
    const files = pluginFiles('my-plugin', '1.0.0');
    const stray = { path: 'etc/passwd', bytes: Buffer.from('root\n') };
    const bytecode = { path: 'kong/plugins/my-plugin/x.lua', bytes: Buffer.from('\x1bLJ\x02\0') };
    const diff = await diffPlugins(await write(files), await write([...files, stray, bytecode]));
    expect(diff.files).toMatchObject([
      { path: 'etc/passwd', change: 'added' },
      { path: 'kong/plugins/my-plugin/x.lua', change: 'added', notShown: 'binary' },
    ]);
  });

  it('names only what is too much to be compared line by line', async () => {
    const lines = (count: number, of: (line: number) => string): string =>
      Array.from({ length: count }, (_, line) => `-- ${of(line)}\n`).join('');
    const texts = (mark: string): Record<string, string> => ({
      'handler.lua': handler(''),
      'huge.lua': `--${mark.repeat(10 * 1024 * 1024)}\n`,
      'many.lua': lines(30_000, (line) => (line === 5 ? mark : '')),
      'other.lua': lines(15_000, (line) => `${mark}${line}`),
      'short.lua': lines(10, () => mark),
    });
    const diff = await diffPlugins(sourceOf(texts('a')), sourceOf(texts('b')));
    expect(diff.files.map(({ notShown, lines: shown }) => notShown ?? shown)).toEqual([
      'too-large',
      'too-large',
      'too-different',
      { added: 10, removed: 10 },
    ]);
  });

  it('stops showing lines where all files together are too much', async () => {
    const texts = (mark: string): Record<string, string> => ({
      'handler.lua': handler(''),
      ...Object.fromEntries(
        Array.from({ length: 25 }, (_, file) => [
          `f${String(file).padStart(2, '0')}.lua`,
          Array.from({ length: 500 }, (_line, line) => `-- ${mark}${line}\n`).join(''),
        ]),
      ),
    });
    const { files } = await diffPlugins(sourceOf(texts('a')), sourceOf(texts('b')));
    expect(files.filter(({ lines }) => lines).length).toBe(20);
    expect(files.slice(20).map(({ notShown }) => notShown)).toEqual(Array(5).fill('too-different'));
  });

  it('refuses what is neither plugin, archive nor reference', async () => {
    await expectError(() => diffPlugins(temporaryDirectory(), PLUGIN), 'PLUGIN_REFUSED');
    await expectError(() => diffPlugins(PLUGIN, './nowhere.tar.gz'), 'REFERENCE_INVALID');
    const { directory } = await publish();
    await expectError(() => diffPlugins(PLUGIN, `oci-layout:${directory}:none`), 'NOT_FOUND');
  });

  it('differs exactly where the packed layers differ, and never from itself', async () => {
    const source = fc.record({
      'handler.lua': fc.constantFrom('a', 'b').map(handler),
      'more.lua': fc.constantFrom('return 1\n', 'return 1', 'return 1\r\n'),
    });
    await fc.assert(
      fc.asyncProperty(source, source, async (one, other) => {
        const [a, b] = [sourceOf(one), sourceOf(other)];
        const [packed, next] = [await packPlugin(a), await packPlugin(b)];
        const { isDifferent } = await diffPlugins(a, b);
        expect(isDifferent).toBe(packed.layer.digest !== next.layer.digest);
        expect((await diffPlugins(a, a)).isDifferent).toBe(false);
      }),
      { numRuns: 30 },
    );
  });
});
