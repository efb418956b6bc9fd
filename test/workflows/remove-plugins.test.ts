import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { holdPlugins } from '../../src/install/hold-plugins.ts';
import { installPlugins } from '../../src/install/install-plugins.ts';
import { readStatus } from '../../src/workflows/read-status.ts';
import { removePlugins, type RemoveOptions } from '../../src/workflows/remove-plugins.ts';
import { expectError } from '../support/expect-error.ts';
import { listTree } from '../support/list-tree.ts';
import { compareVersions, makeInstallable } from '../support/make-installable.ts';
import { makeSend } from '../http/make-send.ts';
import { memoryDirectory } from '../install/memory-directory.ts';

let luaRoot: string;
let kongConf: string;
let prefix: string;

beforeEach(async () => {
  const directory = memoryDirectory();
  luaRoot = join(directory, 'lua');
  kongConf = join(directory, 'kong.conf');
  prefix = join(directory, 'prefix');
  mkdirSync(prefix);
  writeFileSync(kongConf, 'plugins = bundled\n');
  const requests = ['one', 'two'].map((name) => makeInstallable({ name, version: '1' }));
  await installPlugins({ luaRoot }, requests, { compareVersions });
});

const send = makeSend();

const remove = (
  names: readonly string[],
  options: Partial<RemoveOptions> = {},
): ReturnType<typeof removePlugins> =>
  removePlugins(names, {
    root: { luaRoot },
    ...{ kongConf, prefix, environment: {}, send },
    ...options,
  });

const installed = (): readonly string[] => readStatus({ luaRoot }).plugins.map(({ name }) => name);

describe('removePlugins where no Kong runs', () => {
  it('asks nobody about a plugin that nothing lists', async () => {
    const { disabled } = await remove(['one']);
    expect(disabled).toMatchObject({ state: 'unchanged', unusedBy: [] });
    expect(installed()).toEqual(['two']);
  });

  it('takes a plugin off kong.conf first, if it is told that nothing uses it', async () => {
    const conf = 'plugins = bundled,one\nplugins = bundled, two # one\n';
    writeFileSync(kongConf, conf);
    const before = listTree(luaRoot);
    const error = await expectError(() => remove(['one', 'two']), 'IN_USE_UNKNOWN');
    expect(error.message).toContain('Kong does not run here');
    const dry = await remove(['one', 'two'], { assumeUnused: true, dryRun: true });
    expect(dry.disabled.addedLines).toEqual(['plugins = bundled # one']);
    expect(listTree(luaRoot)).toEqual(before);
    expect(readFileSync(kongConf, 'utf8')).toBe(conf);
    await remove(['one', 'two'], { assumeUnused: true });
    expect(readFileSync(kongConf, 'utf8')).toBe('plugins = bundled,one\nplugins = bundled # one\n');
    expect(installed()).toEqual([]);
  });

  it('goes by the document of the next start', async () => {
    const document = join(prefix, 'kong.yml');
    writeFileSync(document, '_format_version: "3.0"\nplugins: [{name: one}]\n');
    writeFileSync(
      kongConf,
      `database = off\ndeclarative_config = ${document}\nplugins = bundled,one,two\n`,
    );
    await expectError(() => remove(['one']), 'PLUGIN_IN_USE');
    const { disabled } = await remove(['two']);
    expect(disabled).toMatchObject({ unusedBy: [document], plugins: ['bundled', 'one'] });
    expect(installed()).toEqual(['one']);
  });

  it('does not change what lists a plugin in our environment, or what is left of a Kong', async () => {
    writeFileSync(kongConf, 'plugins = bundled,one\n');
    const environment = { KONG_PLUGINS: 'bundled,two' };
    const error = await expectError(() => remove(['two'], { environment }), 'STILL_ENABLED');
    expect(error.message).toContain('KONG_PLUGINS lists two');
    writeFileSync(join(prefix, '.kong_env'), 'plugins = bundled,two\n');
    const stale = await expectError(() => remove(['two'], { assumeUnused: true }), 'STILL_ENABLED');
    expect(stale.remedy).toMatch(/^Kong was stopped\. .*remove that file/);
    mkdirSync(join(prefix, 'pids'));
    writeFileSync(join(prefix, 'pids/nginx.pid'), '1\n');
    const hidden = await expectError(
      () => remove(['two'], { assumeUnused: true }),
      'STILL_ENABLED',
    );
    expect(hidden.remedy).toContain(`kong reload -p ${prefix}`);
    expect(readFileSync(kongConf, 'utf8')).toBe('plugins = bundled,one\n');
    expect(installed()).toEqual(['one', 'two']);
  });

  it('passes over what a Kong that was stopped left behind, if kong.conf said the same', async () => {
    writeFileSync(kongConf, 'plugins = bundled,one,two\n');
    writeFileSync(join(prefix, '.kong_env'), 'plugins = bundled,one,two\n');
    await remove(['two'], { assumeUnused: true });
    expect(readFileSync(kongConf, 'utf8')).toBe('plugins = bundled,one\n');
    expect(installed()).toEqual(['one']);
  });

  it('says first that a plugin is not installed, or held', async () => {
    writeFileSync(kongConf, 'plugins = bundled,three,one\n');
    await expectError(() => remove(['three'], { assumeUnused: true }), 'NOT_FOUND');
    await holdPlugins({ luaRoot }, ['one']);
    await expectError(() => remove(['one'], { assumeUnused: true }), 'HELD');
    expect(readFileSync(kongConf, 'utf8')).toBe('plugins = bundled,three,one\n');
    const root = { luaRoot: join(luaRoot, 'nowhere') };
    await expectError(() => remove(['two'], { root }), 'NOT_FOUND');
  });
});
