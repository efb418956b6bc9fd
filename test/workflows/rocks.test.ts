import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { installPlugins } from '../../src/workflows/install-plugins.ts';
import { inspectArtifact } from '../../src/workflows/inspect-artifact.ts';
import { packPlugin } from '../../src/workflows/pack-plugin.ts';
import { packToFile } from '../../src/workflows/pack-to-file.ts';
import { rollbackPlugins } from '../../src/workflows/rollback-plugins.ts';
import { verifyInstalled } from '../../src/workflows/verify-installed.ts';
import { makeKey } from '../signing/support.ts';
import { expectError } from '../support/expect-error.ts';
import { listed, rockFiles, rockOf } from '../support/rock-builder.ts';
import { NAME, ROCK_SOURCES, TREE, writeTexts } from '../support/rock-sources.ts';
import { writeSignedFile } from '../support/signed-files.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const SPEC = `${NAME}-1.2.0-1.rockspec`;
const OLD = `${NAME}-1.1.0-1.rockspec`;
const withRockspec = ROCK_SOURCES['modules by name'] ?? {};
/** A second plugin. */
const OTHER = Object.fromEntries(
  Object.entries(TREE).map(([path, text]) => [
    path.replaceAll('my-plugin', 'other'),
    text.replaceAll('my-plugin', 'other'),
  ]),
);

describe('install', () => {
  it('takes a signed rock, verifies it again later, and goes back to it', async () => {
    const key = await makeKey();
    const bytes = rockOf(listed(rockFiles({ 'lua/my_library.lua': 'return 1\n' })));
    const { file, bundle } = await writeSignedFile({ key, bytes });
    const newer = await writeSignedFile({ key, version: '2.0.0' });
    const luaRoot = join(temporaryDirectory(), 'lua');
    const terms = { root: { luaRoot }, keys: [key.publicKey], expectedName: 'my-plugin' };
    const report = await installPlugins([file], { ...terms, bundle });
    expect(report.plugins).toMatchObject([{ name: 'my-plugin', version: '1.2.0' }]);
    expect(readFileSync(join(luaRoot, 'my_library.lua'), 'utf8')).toBe('return 1\n');
    const verified = await verifyInstalled([], { root: { luaRoot }, keys: [key.publicKey] });
    expect(verified.plugins.map(({ error }) => error)).toEqual([undefined]);
    await installPlugins([newer.file], { ...terms, bundle: newer.bundle });
    expect(existsSync(join(luaRoot, 'my_library.lua'))).toBe(false);
    await rollbackPlugins({ root: { luaRoot }, keys: [key.publicKey] });
    expect(existsSync(join(luaRoot, 'my_library.lua'))).toBe(true);
  });

  it('inspect says what is in a rock', async () => {
    const { file } = await writeSignedFile({ bytes: rockOf() });
    expect(await inspectArtifact(file)).toMatchObject({ kind: 'file', container: 'rock' });
  });
});

describe('pack', () => {
  it('of a rockspec is of its directory with that rockspec, among several', async () => {
    const text = withRockspec[SPEC] ?? '';
    const directory = writeTexts({ ...withRockspec, [OLD]: text.replace('1.2.0-1', '1.1.0-1') });
    const { version } = await packPlugin(join(directory, SPEC));
    expect(version).toBe('1.2.0');
    expect((await packPlugin(join(directory, OLD))).version).toBe('1.1.0');
    // Of the directory the highest version counts.
    expect((await packPlugin(directory)).version).toBe('1.2.0');
  });

  it('of a rockspec is of the plugin that it is about, among several', async () => {
    const directory = writeTexts({ ...withRockspec, ...OTHER });
    await expectError(() => packPlugin(directory), 'PLUGIN_REFUSED');
    expect((await packPlugin(join(directory, SPEC))).name).toBe('my-plugin');
  });

  it('of a rockspec that is about none of the plugins is refused', async () => {
    const spec = (withRockspec[SPEC] ?? '').replaceAll('my-plugin', 'gone');
    const gone = SPEC.replace('my-plugin', 'gone');
    const directory = writeTexts({ ...TREE, ...OTHER, [gone]: spec });
    const error = await expectError(() => packPlugin(join(directory, gone)), 'PLUGIN_REFUSED');
    expect(error.message).toContain('about none of the plugins');
  });

  it('of a rockspec that is left out says so', async () => {
    const directory = writeTexts({ ...withRockspec, '.kongcrateignore': '*.rockspec' });
    const error = await expectError(() => packPlugin(join(directory, SPEC)), 'PLUGIN_REFUSED');
    expect(error.details['reason']).toBe('ROCKSPEC_LEFT_OUT');
  });

  it('of another file says what it takes', async () => {
    const file = join(writeTexts(TREE), 'kong/plugins/my-plugin/handler.lua');
    const error = await expectError(() => packPlugin(file), 'SOURCE_UNREADABLE');
    expect(error.message).toContain('neither a directory nor a rockspec nor a rock');
  });

  it('of a rock does not ask how it was built', async () => {
    const built = 'package = "x"\nversion = "3.0-1"\nbuild = { type = "make" }\n';
    const files = listed(rockFiles({ [SPEC]: undefined, 'x-3.0-1.rockspec': built }));
    const file = join(temporaryDirectory(), 'x-3.0-1.all.rock');
    writeFileSync(file, rockOf(files));
    const { name, version, files: packed } = await packPlugin(file);
    expect([name, version]).toEqual(['my-plugin', '3.0']);
    expect(packed.map(({ path }) => path)).toEqual([
      'kong/plugins/my-plugin/handler.lua',
      'kong/plugins/my-plugin/schema.lua',
    ]);
  });

  it('of a rock into a rock keeps its documents', async () => {
    const file = join(temporaryDirectory(), 'any.rock');
    writeFileSync(file, rockOf(listed(rockFiles({ 'manual/a.txt': 'a' }))));
    const { rock } = await packPlugin(file, { rock: true });
    expect(rock?.files).toContainEqual({ path: 'manual/a.txt', size: 1 });
  });

  it('writes no rock under a name that LuaRocks cannot read', async () => {
    const directory = writeTexts(TREE);
    const output = join(directory, 'my.rock');
    const error = await expectError(() => packToFile(directory, { rock: true, output }), 'USAGE');
    expect(error.remedy).toContain(`${NAME}-1.2.0-1.all.rock`);
    expect(existsSync(output)).toBe(false);
  });

  it('refuses what lint finds in the documents of a rock only', async () => {
    const directory = writeTexts({ ...TREE, 'doc/id_rsa': 'x' });
    await packPlugin(directory);
    const error = await expectError(() => packPlugin(directory, { rock: true }), 'PLUGIN_REFUSED');
    expect(error.details['rules']).toEqual(['private-key']);
  });
});
