import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { installPlugins } from '../../src/install/install-plugins.ts';
import { checkInstallRoot, prepareInstallRoot } from '../../src/install/install-root.ts';
import { expectError } from '../support/expect-error.ts';
import { compareVersions, makeInstallable } from '../support/make-installable.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const isRoot = process.getuid?.() === 0;
if (!isRoot) process.stderr.write('SKIPPED ownership of the Lua root: needs to run as root\n');

let parent: string;
let luaRoot: string;
beforeEach(() => {
  parent = temporaryDirectory();
  luaRoot = join(parent, 'lua');
  mkdirSync(luaRoot);
});

const install = (root = luaRoot): Promise<unknown> =>
  installPlugins({ luaRoot: root }, [makeInstallable({ name: 'one', version: '1' })], {
    compareVersions,
  });

async function expectRefused(code: 'NOT_OURS' | 'INSTALL_FAILED', reason: string): Promise<string> {
  const error = await expectError(() => install(), code);
  expect(error.details).toMatchObject({ reason });
  return error.remedy;
}

describe('a Lua root that others could exchange (ATTACKS I5)', () => {
  it('is refused when it, or anything above it, is world-writable', async () => {
    chmodSync(parent, 0o777);
    expect(await expectRefused('INSTALL_FAILED', 'WORLD_WRITABLE')).toContain(
      `chmod o-w ${parent}`,
    );
    chmodSync(parent, 0o755);
    chmodSync(luaRoot, 0o777);
    await expectRefused('INSTALL_FAILED', 'WORLD_WRITABLE');
    expect(readdirSync(luaRoot)).toEqual([]);
  });

  it('is used when nobody can exchange what others put beside it', async () => {
    chmodSync(parent, 0o1777);
    await install();
  });

  it.runIf(isRoot).each(['..', 'kong', 'kong/plugins', '.kongcrate', '.kongcrate/store', 'resty'])(
    'is refused when %j in it belongs to a third user',
    async (path) => {
      mkdirSync(join(luaRoot, path), { recursive: true });
      chownSync(join(luaRoot, path), 12345, 12345);
      expect(await expectRefused('NOT_OURS', 'OWNER')).toContain("sudo -u '#12345'");
    },
  );
});

describe('a Lua root that appears between the check and the first change', () => {
  const prepareAfter = async (plant: (path: string) => void, reason: string): Promise<void> => {
    chmodSync(parent, 0o1777);
    const checked = checkInstallRoot({ luaRoot: join(parent, 'new/lua') });
    plant(join(parent, 'new'));
    const error = await expectError(() => {
      prepareInstallRoot(checked);
    }, 'NOT_OURS');
    expect(error.details).toMatchObject({ reason });
    expect(readdirSync(luaRoot)).toEqual([]);
  };

  it('is refused as a link', async () => {
    await prepareAfter((path) => {
      symlinkSync(luaRoot, path);
    }, 'SYMLINK');
  });

  it.runIf(isRoot)('is refused when it is of another user', async () => {
    await prepareAfter((path) => {
      mkdirSync(path);
      chownSync(path, 12_345, 12_345);
    }, 'OWNER');
  });
});

describe.runIf(isRoot)('a Lua root that a group could exchange', () => {
  const share = (path: string, gid: number, mode = 0o2775): void => {
    mkdirSync(path, { recursive: true });
    chownSync(path, 0, gid);
    chmodSync(path, mode);
  };

  it.each(['..', '', 'kong', 'kong/plugins', '.kongcrate', 'resty'])(
    'is refused when %j is open to a foreign group',
    async (path) => {
      share(join(luaRoot, path), 12345);
      expect(await expectRefused('NOT_OURS', 'GROUP_WRITABLE')).toContain('chmod g-w ');
      chmodSync(join(luaRoot, path), 0o755);
      await install();
    },
  );

  it("is used when the group is root's, or the directory sticky", async () => {
    share(parent, 0);
    share(luaRoot, 12345, 0o3775);
    await install();
  });

  it('is used when the group is our own', async () => {
    share(parent, 12345);
    const groups = process.getgroups?.() ?? [];
    process.setgroups?.([...groups, 12345]);
    await install().finally(() => process.setgroups?.(groups));
    expect(lstatSync(join(luaRoot, '.kongcrate/current')).isSymbolicLink()).toBe(true);
  });

  it('is used below root:staff 2775 as Debian makes /usr/local, where 50 is staff', async () => {
    share(parent, 50);
    const isDebian = /^staff:[^:]*:50:/m.test(readFileSync('/etc/group', 'utf8'));
    if (isDebian) await install();
    else await expectRefused('NOT_OURS', 'GROUP_WRITABLE');
  });
});

describe('links planted under a Lua root (falcoctl issue 1036)', () => {
  it.each(['kong', 'kong/plugins', '.kongcrate', '.kongcrate/tmp', '.kongcrate/store', 'resty'])(
    'are never written through: %s',
    async (path) => {
      const outside = join(parent, 'outside');
      mkdirSync(outside);
      mkdirSync(join(luaRoot, path, '..'), { recursive: true });
      symlinkSync(outside, join(luaRoot, path));
      await expectRefused('NOT_OURS', 'SYMLINK');
      expect(readdirSync(outside)).toEqual([]);
    },
  );

  it('are resolved above the root, which is then the real directory', async () => {
    symlinkSync(luaRoot, join(parent, 'link'));
    await install(join(parent, 'link'));
    expect(lstatSync(join(luaRoot, '.kongcrate/current')).isSymbolicLink()).toBe(true);
  });

  it('are refused where a file stands for a directory', async () => {
    writeFileSync(join(luaRoot, 'kong'), 'a file');
    await expectRefused('NOT_OURS', 'NOT_A_DIRECTORY');
  });
});

describe('a plugin that the readers should never have let through', () => {
  it.each([
    ['../one', {}],
    ['', {}],
    ['a.b', {}],
    ['__proto__', {}],
    ['one', { '../outside.lua': '' }],
    ['one', { '/etc/outside.lua': '' }],
    ['one', { '.kongcrate/current': '' }],
    ['one', { 'resty//x.lua': '' }],
    ['one', { 'resty/./x.lua': '' }],
    ['one', { 'resty/x\0.lua': '' }],
    ['one', { 'resty\\x.lua': '' }],
    ['one', { resty: '', 'resty/x.lua': '' }],
  ])('is refused: %j %j', async (name, extra) => {
    const files = { [`kong/plugins/${name}/handler.lua`]: '', ...extra };
    const request = makeInstallable({ name, version: '1', files });
    await expectError(
      () => installPlugins({ luaRoot }, [request], { compareVersions }),
      'PLUGIN_REFUSED',
    );
    expect(readdirSync(luaRoot)).toEqual([]);
  });

  it('is refused without a file of its own', async () => {
    const request = makeInstallable({ name: 'one', version: '1', files: { 'resty/x.lua': '' } });
    await expectError(
      () => installPlugins({ luaRoot }, [request], { compareVersions }),
      'PLUGIN_REFUSED',
    );
  });
});
