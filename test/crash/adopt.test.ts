import {
  existsSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { installPlugins } from '../../src/install/install-plugins.ts';
import type { FileOperations } from '../../src/install/file-operations.ts';
import { interceptOperations, type Operation } from '../install/intercept-operations.ts';
import { versionsRead } from '../install/look-at-node.ts';
import { memoryDirectory } from '../install/memory-directory.ts';
import { listTree } from '../support/list-tree.ts';
import { compareVersions, filesOf, makeInstallable } from '../support/make-installable.ts';
import { expectClean } from './expect-clean.ts';
import { copyOf } from './killed-root.ts';
import { recoverTwice, stopEverywhere } from './stop-everywhere.ts';

const TARGETS = ['kong/plugins/one', 'resty/one.lua'];

/** A Lua root with a plugin that somebody put there by hand. */
function handmade(): string {
  const luaRoot = join(memoryDirectory(), 'lua');
  const files = { ...filesOf('one', 'hand'), 'kong/plugins/one/deep/er.lua': 'return {}' };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(luaRoot, path)), { recursive: true });
    writeFileSync(join(luaRoot, path), text, { mode: 0o640 });
  }
  symlinkSync('er.lua', join(luaRoot, 'kong/plugins/one/deep/link.lua'));
  return luaRoot;
}

const adopt = (luaRoot: string, files?: FileOperations): Promise<unknown> =>
  installPlugins(
    { luaRoot, lockWaitMs: 0, ...(files ? { files } : {}) },
    [makeInstallable({ name: 'one', version: '1' })],
    { compareVersions, adopt: true },
  );

/** As overlayfs answers for a directory of a lower layer, and any kernel between two mounts. */
function crossDevice(luaRoot: string): (operation: Operation) => void {
  return ({ name, args, run }) => {
    const paths = args.map(String);
    const isTarget = paths.some((path) => TARGETS.some((target) => path.endsWith(`lua/${target}`)));
    if (name === 'rename' && isTarget && !paths.some((path) => path.includes('generations')))
      throw Object.assign(new Error(`EXDEV: injected below ${luaRoot}`), {
        code: 'EXDEV',
        errno: -18,
        syscall: 'rename',
        path: paths[0],
      });
    run();
  };
}

const outside = (luaRoot: string): readonly string[] =>
  listTree(luaRoot).filter((line) => !line.startsWith('.kongcrate'));

function keptIn(luaRoot: string): readonly string[] {
  const backup = join(luaRoot, '.kongcrate/backup');
  return existsSync(backup) ? readdirSync(backup).map((name) => join(backup, name)) : [];
}

/** Everything is as it was, or the plugin is live and what stood there is kept. */
function expectOldOrNew(luaRoot: string, before: readonly string[], where: string): string {
  const read = versionsRead(luaRoot, 'one');
  if (read[0] === 'hand') {
    expect(outside(luaRoot), where).toEqual(before);
    expect(keptIn(luaRoot), where).toEqual([]);
  } else {
    const [kept = '', ...others] = keptIn(luaRoot);
    expect(others, where).toEqual([]);
    expect(listTree(kept), where).toEqual(before);
    expect(readlinkSync(join(luaRoot, 'kong/plugins/one')), where).toContain('current');
  }
  return read.join();
}

describe.each(['moved', 'copied, since it cannot be moved'])('what is adopted and %s', (how) => {
  it('is in its place or kept, wherever the install is stopped', async () => {
    const template = handmade();
    const before = outside(template);
    const ends = new Set<string>();
    let looks = 0;
    const stops = await stopEverywhere({
      template,
      ...(how === 'moved' ? {} : { run: crossDevice(template) }),
      work: adopt,
      check: async (luaRoot, where) => {
        recoverTwice(luaRoot);
        ends.add(expectOldOrNew(luaRoot, before, where));
        // One in four, since each of these installs takes its time.
        looks += 1;
        if (looks % 4 !== 0) return;
        await adopt(luaRoot);
        expect(versionsRead(luaRoot, 'one'), where).toEqual(['1', '1', '1']);
        expect(keptIn(luaRoot), where).toHaveLength(1);
        expectClean(luaRoot);
      },
    });
    expect(stops).toBeGreaterThan(50);
    expect([...ends].sort()).toEqual(['1,1,1', 'hand,hand,hand']);
  }, 120_000);
});

it('what is adopted is put back at once when any operation fails', async () => {
  const template = handmade();
  const before = outside(template);
  for (let at = 0; ; at += 1) {
    const luaRoot = copyOf(template);
    let failed: string | undefined;
    const files = interceptOperations(({ index, name, run }) => {
      if (index !== at) {
        run();
        return;
      }
      failed = name;
      throw Object.assign(new Error('EIO'), { code: 'EIO', errno: -5, syscall: name });
    });
    const error: unknown = await adopt(luaRoot, files).catch((thrown: unknown) => thrown);
    if (failed === undefined) break;
    const where = `${failed} failed, operation ${at}`;
    const end = expectOldOrNew(luaRoot, before, where);
    expect(end, where).toBe(error instanceof Error ? 'hand,hand,hand' : '1,1,1');
    rmSync(luaRoot, { recursive: true });
  }
}, 60_000);
