import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../src/errors/catalogue.ts';
import { moduleNameOf } from '../../src/plugin/plugin-tree.ts';
import { inspectSource, listPlugins } from '../../src/workflows/inspect-source.ts';
import { packPlugin } from '../../src/workflows/pack-plugin.ts';
import { makeKey } from '../signing/support.ts';
import { expectError } from '../support/expect-error.ts';
import { publishAndInstall, searchModules } from '../support/load-published.ts';
import { describeWithPeers } from '../support/peers.ts';
import { CORPUS } from './corpus-table.ts';

const TOP = join(import.meta.dirname, '../../testdata/corpus');
const isRefusal = (expected: object): expected is readonly [ErrorCode, string] =>
  Array.isArray(expected);

const directories = Object.entries(CORPUS);
const plugins = directories.flatMap(([directory, expected]) =>
  isRefusal(expected)
    ? []
    : Object.entries(expected).map(([name, plugin]) => ({ directory, name, plugin })),
);
const sound = plugins.flatMap(({ directory, name, plugin }) =>
  'files' in plugin ? [{ directory, name, plugin, files: filesOf(plugin.files) }] : [],
);

/** Where each packed file comes from, by its path under the Lua root. */
function filesOf(text: string): ReadonlyMap<string, string> {
  const pairs = text.split(' ').map((each) => {
    const [file = '', from] = each.split('=');
    const path = file.startsWith('/') ? file.slice(1) : `kong/plugins/${file}`;
    return [path, from ?? path] as const;
  });
  return new Map(pairs);
}

describe('the corpus', () => {
  it('is the directories of the table', () => {
    const found = readdirSync(TOP, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(found.map(({ name }) => name).sort()).toEqual(Object.keys(CORPUS).sort());
  });

  it.each(directories)('%s: which plugins there are', async (directory, expected) => {
    const list = (): readonly string[] => listPlugins(join(TOP, directory));
    if (!isRefusal(expected)) {
      expect(list()).toEqual(Object.keys(expected));
      return;
    }
    const [code, message] = expected;
    expect((await expectError(list, code)).message).toContain(message);
  });

  it.each(sound)('$directory, $name: what is packed', ({ directory, name, plugin, files }) => {
    const found = inspectSource(join(TOP, directory), { name });
    expect(found.version).toBe(plugin.version);
    expect(found.files.map(({ path }) => path)).toEqual([...files.keys()]);
    for (const { path, bytes } of found.files)
      expect(bytes).toEqual(readFileSync(join(TOP, directory, files.get(path) ?? '')));
    expect(
      found.findings.map(({ severity, rule, file, line }) => `${severity} ${rule} ${file}:${line}`),
    ).toEqual(plugin.findings ?? []);
  });

  const refused = plugins.flatMap(({ plugin, ...place }) =>
    isRefusal(plugin) ? [{ ...place, code: plugin[0], message: plugin[1] }] : [],
  );
  it.each(refused)('$directory, $name: $message', async ({ directory, name, code, message }) => {
    const error = await expectError(() => packPlugin(join(TOP, directory), { name }), code);
    expect(error.message).toContain(message);
  });
});

describeWithPeers(['luajit'], 'the corpus, published and installed', () => {
  it('is found by luajit with the bytes of the source', async () => {
    const key = await makeKey();
    const searched: [luaRoot: string, module: string][] = [];
    const sources: Buffer[] = [];
    for (const { directory, name, files } of sound) {
      const luaRoot = await publishAndInstall(join(TOP, directory), { key, name });
      for (const [path, from] of files) {
        if (!path.endsWith('.lua')) continue;
        searched.push([luaRoot, moduleNameOf(path)]);
        sources.push(readFileSync(join(TOP, directory, from)));
      }
    }
    expect(await searchModules(searched)).toEqual(sources);
  });
});
