import {
  mkdirSync,
  renameSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  type PathLike,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_ARCHIVE_LIMITS } from '../../src/archive/archive-limits.ts';
import { inspectSource } from '../../src/workflows/inspect-source.ts';
import { packPlugin } from '../../src/workflows/pack-plugin.ts';
import { packToFile } from '../../src/workflows/pack-to-file.ts';
import { pushPlugin } from '../../src/workflows/push-plugin.ts';
import { readSourceFile } from '../../src/workflows/read-source-file.ts';
import { readSourceTree } from '../../src/workflows/read-source-tree.ts';
import { GOOD, HANDLER, SCHEMA, type Texts } from '../plugin/source-of.ts';
import { expectError } from '../support/expect-error.ts';
import { run } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const BARE: Texts = { 'handler.lua': HANDLER, 'schema.lua': SCHEMA };
const limits = DEFAULT_ARCHIVE_LIMITS;
let place: string;
const at = (...names: readonly string[]): string => join(place, ...names);

function write(files: Texts): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), text);
  }
}

/** A file of that many bytes that takes no room. */
function writeSparse(path: string, bytes: number): void {
  write({ [path]: '' });
  truncateSync(at(path), bytes);
}

const read = (some: Partial<typeof limits> = {}): readonly string[] =>
  readSourceTree(place, { ...limits, ...some }).map(({ path, kind }) =>
    kind === 'file' ? path : `${path} ${kind}`,
  );

beforeEach(() => {
  place = temporaryDirectory();
});

describe('what is never packed', () => {
  it('is not read, however large it is', () => {
    write({ ...GOOD, 'docs/x.md': '', '.kongcrateignore': 'data/\n*.iso\n' });
    for (const path of ['spec/fixture.bin', '.core', '.git/pack', 'data/huge', 'x/a.iso'])
      writeSparse(path, 2 ** 31);
    for (const path of ['node_modules/a', 'a.orig', 'b~', 'c.tar.gz']) writeSparse(path, 2 ** 31);
    expect(read()).toEqual([
      '.kongcrateignore',
      'c.tar.gz own-output',
      'docs/x.md',
      ...Object.keys(GOOD),
    ]);
  });

  it('does not count', () => {
    write({ ...GOOD, ...Object.fromEntries([1, 2, 3].map((name) => [`spec/${name}`, 'x'])) });
    expect(read({ maxFiles: 2 })).toHaveLength(2);
    expect(read({ maxUnpackedBytes: HANDLER.length + SCHEMA.length })).toHaveLength(2);
  });

  it('may have any name', () => {
    write(BARE);
    mkdirSync(at('spec'));
    for (const prefix of ['.', 'spec/']) writeFileSync(raw(`${prefix}h\xe9`), '');
    expect(read()).toEqual(Object.keys(BARE));
  });

  it('is what ignore files name, at the top and where the tree begins', () => {
    write({ '.kongcrateignore': '*.a', 'demo/.kongcrateignore': '/b\n' });
    write({ 'demo/kong/plugins/x/b': '', 'demo/b': '', 'demo/kong/plugins/x/c.a': '' });
    write({ 'docs/.kongcrateignore': '*', 'docs/b': '', 'file/kong': '' });
    expect(read()).toEqual([
      '.kongcrateignore',
      'demo/.kongcrateignore',
      'demo/kong/plugins/x/b',
      'docs/b',
      'file/kong',
    ]);
  });

  it('is what a regular file of modest size says', async () => {
    write({ ...BARE, patterns: '*.lua' });
    symlinkSync('patterns', at('.kongcrateignore'));
    expect(read()).toContain('handler.lua');
    write({ 'demo/kong/plugins/x/a': '' });
    writeSparse('demo/.kongcrateignore', 2 ** 31);
    const error = await expectError(() => readSourceTree(place, limits), 'SOURCE_UNREADABLE');
    expect(error.message).toContain(at('demo/.kongcrateignore'));
  });
});

describe('what is too much', () => {
  it('is named before it is read', async () => {
    write(BARE);
    writeSparse('movie.mp4', 2 ** 31);
    const error = await expectError(() => readSourceTree(place, limits), 'PLUGIN_REFUSED');
    expect(error.message).toContain(`${limits.maxUnpackedBytes} bytes, at movie.mp4`);
    expect(error.remedy).toContain('movie.mp4 in .kongcrateignore');
    expect(error.details).toMatchObject({ file: 'movie.mp4' });
  });

  it('is the file one above the limit', async () => {
    write(BARE);
    const call = (): unknown => readSourceTree(place, { ...limits, maxFiles: 1 });
    const error = await expectError(call, 'PLUGIN_REFUSED');
    expect(error.message).toContain('1 files, at schema.lua');
  });
});

/** A path whose characters are bytes. */
function raw(name: string): PathLike {
  return Buffer.concat([Buffer.from(`${place}/`), Buffer.from(name, 'latin1')]);
}

describe('names that are no UTF-8', () => {
  it('are refused by name where they would be packed', async () => {
    write(BARE);
    writeFileSync(raw('caf\xe9.lua'), '');
    expect(read()).toEqual(['caf\ufffd.lua not-utf8', ...Object.keys(BARE)]);
    const error = await expectError(() => packPlugin(place), 'PLUGIN_REFUSED');
    expect(error.message).toContain('"kong/plugins/my-plugin/caf\ufffd.lua" has a name that is no');
    expect(error.details['rules']).toEqual(['file-name']);
  });

  it('are no concern beside the plugin', () => {
    write(GOOD);
    mkdirSync(raw('\xff'));
    expect(read()).toContain('\ufffd not-utf8');
    expect(inspectSource(place).findings).toEqual([]);
  });
});

describe('a directory that kongcrate wrote into', () => {
  it('packs to the same digest before and after', async () => {
    write(BARE);
    const { layer } = await packPlugin(place);
    await packToFile(place, { output: at('my-plugin-1.0.0.tar.gz') });
    const first = await pushPlugin(place, `oci-layout:${at('dist')}:1.0.0`);
    const second = await pushPlugin(place, `oci-layout:${at('dist')}:1.0.0`);
    expect(second.digest).toBe(first.digest);
    expect(second.warnings.map(({ rule, file }) => `${rule} ${file}`)).toEqual([
      'own-output dist/',
      'own-output my-plugin-1.0.0.tar.gz',
    ]);
    expect((await packPlugin(place)).layer.digest).toBe(layer.digest);
  });

  it('may be the layout itself', async () => {
    write(BARE);
    const { layer } = await packPlugin(place);
    await pushPlugin(place, `oci-layout:${place}:1.0.0`);
    expect((await packPlugin(place)).layer.digest).toBe(layer.digest);
    expect(read()).toEqual([
      'blobs own-output',
      'handler.lua',
      'index.json own-output',
      'oci-layout own-output',
      'schema.lua',
    ]);
  });

  it('has no warning for what its ignore file names', () => {
    write({ ...BARE, 'a.rock': '', 'dist/oci-layout': '', '.kongcrateignore': '*.rock\n/dist/' });
    expect(inspectSource(place).findings).toEqual([]);
  });
});

describe('a refusal of the whole directory', () => {
  it('names it', async () => {
    const error = await expectError(() => packPlugin(place), 'PLUGIN_REFUSED');
    expect(error.message).toContain(place);
    expect(error.details['reason']).toBe('NO_PLUGIN');
  });

  it('names the directories of several plugins', async () => {
    write({ ...GOOD, 'kong/plugins/b/handler.lua': HANDLER });
    const error = await expectError(() => inspectSource(place), 'PLUGIN_REFUSED');
    expect(error.message).toContain(place);
    expect(error.message).toContain('b in kong/plugins/b/');
  });
});

describe('one file named by the user', () => {
  it('is read, behind a link too', () => {
    write({ a: 'text' });
    symlinkSync('a', at('b'));
    expect(readSourceFile(at('b')).toString()).toBe('text');
  });

  it('is no pipe, device or directory, and not without end', async () => {
    await run('mkfifo', [at('pipe')]);
    writeSparse('large', 2 ** 28 + 1);
    for (const path of [at('pipe'), '/dev/zero', place, at('large'), at('gone')]) {
      const error = await expectError(() => readSourceFile(path), 'SOURCE_UNREADABLE');
      expect(error.message).toContain(path);
    }
    renameSync(at('large'), at('right'));
    truncateSync(at('right'), 2);
    await expectError(() => readSourceFile(at('right'), 1), 'SOURCE_UNREADABLE');
    expect(readSourceFile(at('right'), 2)).toHaveLength(2);
  });
});
