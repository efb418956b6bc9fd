import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findClosedPath } from '../../../src/kong/node/find-closed-path.ts';
import { findModule, searchTemplates } from '../../../src/kong/node/find-module.ts';
import { openDirectory } from '../../support/stand-in-kong/start-kong.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

function write(path: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '');
  return path;
}

describe('findModule', () => {
  const find = (
    name: string,
    luaPackagePath: string,
    workingDirectory = '/none',
  ): readonly string[] => findModule(name, searchTemplates({ luaPackagePath, workingDirectory }));

  it('follows the templates in their order, and a dot into a directory', () => {
    const root = temporaryDirectory();
    const inner = write(join(root, 'kong/plugins/my/plug/handler/init.lua'));
    const path = `${root}/?.lua;${root}/?/init.lua;;`;
    expect(find('kong.plugins.my.plug.handler', path)).toEqual([inner]);
    const outer = write(join(root, 'kong/plugins/my/plug/handler.lua'));
    expect(find('kong.plugins.my.plug.handler', path)).toEqual([outer, inner]);
    expect(find('kong.plugins.my.plug.handler', `${root}/?.lua`)).toEqual([outer]);
  });

  it('starts relative templates where Kong was started', () => {
    const directory = temporaryDirectory();
    const file = write(join(directory, 'kong/plugins/a/handler.lua'));
    expect(find('kong.plugins.a.handler', './?.lua;;', directory)).toEqual([file]);
    expect(find('kong.plugins.a.handler', './?.lua;;')).toEqual([]);
  });

  it('finds no directory and no link into nothing', () => {
    const root = temporaryDirectory();
    mkdirSync(join(root, 'a.lua'));
    symlinkSync('nowhere', join(root, 'b.lua'));
    expect([...find('a', `${root}/?.lua`), ...find('b', `${root}/?.lua`)]).toEqual([]);
  });

  it("always searches Kong's own path", () => {
    expect(searchTemplates({ luaPackagePath: '', workingDirectory: '/' })).toContain(
      '/usr/local/share/lua/5.1/?/init.lua',
    );
  });
});

describe('findClosedPath', () => {
  const worker = { uid: 12_345, gids: [12_345, 54_321] };
  const make = (): { root: string; directory: string; file: string } => {
    const root = openDirectory();
    const file = write(join(root, 'kong/handler.lua'));
    return { root, directory: dirname(file), file };
  };

  it('finds none where everybody may read', () => {
    expect(findClosedPath(make().file, worker)).toBeUndefined();
  });

  it('names a closed file, and a closed directory above it', () => {
    const { directory, file } = make();
    chmodSync(file, 0o600);
    expect(findClosedPath(file, worker)).toEqual({ path: file, mode: '0600', lacks: 'r' });
    chmodSync(file, 0o644);
    chmodSync(directory, 0o700);
    expect(findClosedPath(file, worker)).toEqual({ path: directory, mode: '0700', lacks: 'x' });
  });

  it('looks at the directories that a link leads through', () => {
    const { root, directory, file } = make();
    const link = join(openDirectory(), 'handler.lua');
    symlinkSync(file, link);
    expect(findClosedPath(link, worker, dirname(link))).toBeUndefined();
    chmodSync(directory, 0o750);
    chmodSync(root, 0o755);
    expect(findClosedPath(link, worker, dirname(link))?.path).toBe(directory);
  });

  it('stops at a directory that is private for now', () => {
    const { root, file } = make();
    chmodSync(root, 0o700);
    expect(findClosedPath(file, worker)?.path).toBe(root);
    expect(findClosedPath(file, worker, root)).toBeUndefined();
  });

  it('lets root in everywhere, and takes owner before group before others', () => {
    const { file } = make();
    chmodSync(file, 0o040);
    expect(findClosedPath(file, { uid: 0, gids: [0] })).toBeUndefined();
    expect(findClosedPath(file, worker)?.path).toBe(file);
    if (process.getuid?.() !== 0) return;
    chownSync(file, 0, 54_321);
    expect(findClosedPath(file, worker)).toBeUndefined();
    chownSync(file, 12_345, 54_321);
    expect(findClosedPath(file, worker)?.mode).toBe('0040');
  });
});
