import { describe, expect, it } from 'vitest';
import type { PlannedFile } from '../../../src/content/extraction-plan.ts';
import { md5Of } from '../../../src/plugin/rock/rock-manifest.ts';
import { readRock } from '../../../src/plugin/rock/read-rock.ts';
import { expectError } from '../../support/expect-error.ts';
import { listed, rockFiles, ROCKSPEC_PATH } from '../../support/rock-builder.ts';

const manifest = (text: string): readonly PlannedFile[] => [
  ...rockFiles(),
  { path: 'rock_manifest', bytes: Buffer.from(text) },
];
const HANDLER = 'lua/kong/plugins/my-plugin/handler.lua';

const REFUSED: readonly (readonly [
  what: string,
  files: readonly PlannedFile[],
  reason: string,
  message: string,
])[] = [
  ['no rockspec', listed(rockFiles({ [ROCKSPEC_PATH]: undefined })), 'NO_ROCK', '0 rockspecs'],
  ['two rockspecs', listed(rockFiles({ 'a-1-1.rockspec': '' })), 'NO_ROCK', '2 rockspecs'],
  [
    'a source rock',
    rockFiles({ 'my-plugin-1.2.0.tar.gz': 'x', [HANDLER]: undefined }),
    'SOURCE_ROCK',
    'has to be built first',
  ],
  ['a C library', listed(rockFiles({ 'lib/a.so': '' })), 'NATIVE_ROCK', 'lib/a.so is a native'],
  ['bytecode', listed(rockFiles({ 'lua/a.lua': '\x1bLJ' })), 'NATIVE_ROCK', 'lua/a.lua is'],
  [
    'a file that is not named',
    [...listed(rockFiles()), { path: 'lua/more.lua', bytes: Buffer.from('') }],
    'ROCK_MANIFEST',
    'lua/more.lua is not named',
  ],
  [
    'a file that is missing',
    listed(rockFiles({ 'lua/a.lua': '' })).filter(({ path }) => path !== 'lua/a.lua'),
    'ROCK_MANIFEST',
    'names "lua/a.lua", which is not in it',
  ],
  [
    'a file that was changed',
    listed(rockFiles()).map((file) =>
      file.path === HANDLER ? { ...file, bytes: Buffer.from('os.exit()') } : file,
    ),
    'ROCK_MANIFEST',
    `${HANDLER} is not the file`,
  ],
];

/** What is no list of files. */
const UNREADABLE: readonly string[] = [
  '',
  'rock_manifest = {',
  'rock_manifest = "x"',
  'rock_manifest = nil',
  'rock_manifest = f()',
  'rock_manifest = { f() }',
  'rock_manifest = { "x" }',
  'rock_manifest = { a = 1 }',
  'rock_manifest = { a = os.time() }',
  'rock_manifest = { [x] = "y" }',
  'for i = 1, 9 do rock_manifest = { a = "b" } end',
  'rock_manifest = {} while true do rock_manifest.a = "b" end',
  `rock_manifest = ${'{ a = '.repeat(100)}{}${' }'.repeat(100)}`,
  `rock_manifest = ${'{ a = '.repeat(100_000)}`,
  `rock_manifest = { a = ${'"a" .. '.repeat(10_000)}"a" }`,
];

describe('rocks', () => {
  it('have modules under lua/, and documents', () => {
    const { rockspec, modules, documents } = readRock(listed(rockFiles({ 'doc/README.md': 'x' })));
    expect(rockspec.path).toBe(ROCKSPEC_PATH);
    expect(modules).toHaveLength(2);
    expect(documents.map(({ path }) => path)).toEqual(['doc/README.md']);
  });

  it('may say whose they are, which LuaRocks writes last', () => {
    const files = [...listed(rockFiles()), { path: 'rock_namespace', bytes: Buffer.from('acme') }];
    expect(readRock(files).documents).toEqual([]);
  });

  it.each(REFUSED)('refused: %s', async (_, files, reason, message) => {
    const error = await expectError(() => readRock(files), 'PLUGIN_REFUSED');
    expect(error.details['reason']).toBe(reason);
    expect(error.message).toContain(message);
  });

  it.each(UNREADABLE)('refused as rock_manifest: %.60s', async (text) => {
    const error = await expectError(() => readRock(manifest(text)), 'PLUGIN_REFUSED');
    expect(error.details['reason']).toBe('ROCK_MANIFEST');
  });

  it('refused where a key is a path, which LuaRocks would not install', async () => {
    const files = [
      { path: 'a-1.0-1.rockspec', bytes: Buffer.from('') },
      { path: 'lua/a.lua', bytes: Buffer.from('') },
    ];
    const sums = files.map(({ path, bytes }) => `["${path}"] = "${md5Of(bytes)}"`).join(', ');
    const text = Buffer.from(`rock_manifest = { ${sums} }`);
    const { message } = await expectError(
      () => readRock([...files, { path: 'rock_manifest', bytes: text }]),
      'PLUGIN_REFUSED',
    );
    expect(message).toContain('rock_manifest:1');
  });
});
