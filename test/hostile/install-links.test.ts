import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { installPlugins } from '../../src/install/install-plugins.ts';
import { checkInstallRoot } from '../../src/install/install-root.ts';
import { recover } from '../../src/install/recover.ts';
import { rollbackPlugins } from '../../src/install/rollback-plugins.ts';
import { allDrift, installed } from '../install/look-at-node.ts';
import { expectError } from '../support/expect-error.ts';
import { compareVersions, makeInstallable } from '../support/make-installable.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

let luaRoot: string;
let outside: string;
beforeEach(() => {
  luaRoot = join(temporaryDirectory(), 'lua');
  outside = temporaryDirectory();
});

const at = (path: string): string => join(luaRoot, path);

const install = (name: string, sibling = `resty/${name}.lua`, version = '1'): Promise<unknown> => {
  const files = { [`kong/plugins/${name}/handler.lua`]: version, [sibling]: 'return {}' };
  return installPlugins({ luaRoot }, [makeInstallable({ name, version, files })], {
    compareVersions,
  });
};

describe('a link planted above the link of a live plugin', () => {
  const plant = (): void => {
    rmSync(at('acmelib'), { recursive: true });
    symlinkSync(outside, at('acmelib'));
  };
  const expectRefused = async (change: () => unknown): Promise<void> => {
    const error = await expectError(change, 'NOT_OURS');
    expect(error.details).toEqual({ reason: 'SYMLINK', path: at('acmelib') });
    expect(readdirSync(outside)).toEqual([]);
  };

  it('is not followed when another plugin is installed', async () => {
    await install('acme', 'acmelib/util.lua');
    plant();
    await expectRefused(() => install('other'));
  });

  it('is not followed by recovery, nor when that plugin is taken out', async () => {
    await install('other');
    await install('acme', 'acmelib/util.lua');
    plant();
    await expectRefused(() => {
      recover(checkInstallRoot({ luaRoot }));
    });
    await expectRefused(() => rollbackPlugins({ luaRoot }, { authorize: () => Promise.resolve() }));
  });

  it('does not make ours of what stands behind it, which is never removed', async () => {
    await install('acme', 'acmelib/util.lua');
    renameSync(at('acmelib'), join(outside, 'acmelib'));
    symlinkSync(join(outside, 'acmelib'), at('acmelib'));
    expect(allDrift(luaRoot)).toEqual(['acmelib/util.lua taken']);
    await install('acme', 'resty/acme.lua', '2');
    expect(readlinkSync(join(outside, 'acmelib/util.lua'))).toContain('.kongcrate/current');
  });

  it('is a file as well as a link', async () => {
    await install('acme', 'acmelib/util.lua');
    rmSync(at('acmelib'), { recursive: true });
    writeFileSync(at('acmelib'), 'theirs');
    expect(allDrift(luaRoot)).toEqual(['acmelib/util.lua missing']);
    const error = await expectError(() => install('other'), 'NOT_OURS');
    expect(error.details).toEqual({ reason: 'NOT_A_DIRECTORY', path: at('acmelib') });
  });
});

describe('a generation that was replaced by a link', () => {
  it('is none, and nothing is written through it', async () => {
    await install('one');
    renameSync(at('.kongcrate/generations/1'), join(outside, '1'));
    symlinkSync(join(outside, '1'), at('.kongcrate/generations/1'));
    unlinkSync(join(outside, '1/kong/plugins/one'));
    await expectError(() => install('one'), 'INSTALL_FAILED');
    expect(readdirSync(join(outside, '1/kong/plugins'))).toEqual([]);
  });
});

describe('what took the place of a live link', () => {
  it.each<[string, (path: string) => void]>([
    [
      'a directory',
      (path) => {
        mkdirSync(path);
      },
    ],
    [
      'another link',
      (path) => {
        symlinkSync('/etc', path);
      },
    ],
  ])('refuses any install, with its path, when it is %s', async (_, take) => {
    await install('one');
    unlinkSync(at('kong/plugins/one'));
    take(at('kong/plugins/one'));
    const before = lstatSync(at('kong/plugins/one')).ino;
    const error = await expectError(() => install('two'), 'NOT_OURS');
    expect(error.details).toEqual({ reason: 'TAKEN', path: at('kong/plugins/one') });
    expect(lstatSync(at('kong/plugins/one')).ino).toBe(before);
  });
});

describe('a module beside a plugin', () => {
  const sibling = 'kong/plugins/handmade/api.lua';

  it('is not put into a directory below kong/plugins that kongcrate did not make', async () => {
    mkdirSync(at('kong/plugins/handmade'), { recursive: true });
    writeFileSync(at('kong/plugins/handmade/handler.lua'), 'theirs');
    const error = await expectError(() => install('one', sibling), 'NOT_OURS');
    expect(error.details).toEqual({ reason: 'TAKEN', path: at('kong/plugins/handmade') });
    expect(readdirSync(at('kong/plugins/handmade'))).toEqual(['handler.lua']);
  });

  it('is not put into one inside a directory of ours either', async () => {
    await install('one', 'kong/plugins/shared/a.lua');
    mkdirSync(at('kong/plugins/shared/handmade'));
    writeFileSync(at('kong/plugins/shared/handmade/x.lua'), 'theirs');
    const error = await expectError(
      () => install('one', 'kong/plugins/shared/handmade/a.lua', '2'),
      'NOT_OURS',
    );
    expect(error.details).toMatchObject({ path: at('kong/plugins/shared/handmade') });
    await install('one', 'kong/plugins/shared/b.lua', '3');
    expect(installed(luaRoot)).toEqual(['one 3']);
  });

  it('comes back into the directory that an earlier version left', async () => {
    await install('one', 'kong/plugins/shared/deep/a.lua');
    await install('one', 'resty/one.lua', '2');
    expect(readdirSync(at('kong/plugins/shared/deep'))).toEqual([]);
    await install('one', 'kong/plugins/shared/deep/a.lua', '3');
    expect(allDrift(luaRoot)).toEqual([]);
  });

  it("stands among other people's modules outside kong/plugins", async () => {
    mkdirSync(at('resty'), { recursive: true });
    writeFileSync(at('resty/http.lua'), 'theirs');
    await install('one');
    expect(readdirSync(at('resty'))).toEqual(['http.lua', 'one.lua']);
  });
});
