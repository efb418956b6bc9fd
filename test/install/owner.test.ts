import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { KongcrateError } from '../../src/errors/kongcrate-error.ts';
import { installPlugins } from '../../src/install/install-plugins.ts';
import { rollbackPlugins } from '../../src/install/rollback-plugins.ts';
import { expectError } from '../support/expect-error.ts';
import { compareVersions, makeInstallable } from '../support/make-installable.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { allDrift, installed } from './look-at-node.ts';

const OWNER = 12_345;
const OTHER = 23_456;

const isRoot = process.getuid?.() === 0;
if (!isRoot)
  process.stderr.write('SKIPPED root in the Lua roots of others: needs to run as root\n');

let parent: string;
let luaRoot: string;
beforeEach(() => {
  parent = temporaryDirectory();
  luaRoot = join(parent, 'lua');
});

const install = (version = '1', path = luaRoot): Promise<unknown> =>
  installPlugins({ luaRoot: path }, [makeInstallable({ name: 'one', version })], {
    compareVersions,
  });

function make(path: string, uid: number, mode = 0o755): void {
  mkdirSync(path, { recursive: true });
  chownSync(path, uid, uid);
  chmodSync(path, mode);
}

const ownersBelow = (directory: string): readonly string[] => [
  ...new Set(
    readdirSync(directory, { recursive: true })
      .map((path) => lstatSync(join(directory, String(path))))
      .map(({ uid, gid }) => `${uid}:${gid}`),
  ),
];

const identity = (): readonly unknown[] => [
  process.geteuid?.(),
  process.getegid?.(),
  process.getgroups?.(),
];

describe.runIf(isRoot)('root in a Lua root that belongs to another user', () => {
  it.each([
    ['kong:kong 0755', 0o755],
    ['kong:kong 0775, as packages make it', 0o775],
  ])('does everything as that user: %s', async (_, mode) => {
    for (const path of ['', 'kong', 'kong/plugins', 'resty'])
      make(join(luaRoot, path), OWNER, mode);
    const before = identity();
    await install('1');
    await install('2');
    await rollbackPlugins({ luaRoot }, { authorize: () => Promise.resolve() });
    expect(identity()).toEqual(before);
    expect(ownersBelow(luaRoot)).toEqual([`${OWNER}:${OWNER}`]);
    expect(installed(luaRoot)).toEqual(['one 1']);
    expect(allDrift(luaRoot)).toEqual([]);
  });

  it("does nothing with the rights of root's group, which chown(1) leaves there", async () => {
    make(luaRoot, OWNER);
    chownSync(luaRoot, OWNER, 0);
    const closed = join(luaRoot, 'kong');
    make(closed, 0, 0o775);
    await expectError(() => install(), 'INSTALL_FAILED');
    expect(readdirSync(closed)).toEqual([]);
    rmSync(closed, { recursive: true });
    await install();
    expect(ownersBelow(luaRoot)).toEqual([`${OWNER}:65534`]);
  });

  it('makes a root that is missing as whoever owns the directory above it', async () => {
    make(join(parent, 'share'), OWNER);
    await install('1', join(parent, 'share/lua/5.1'));
    expect(ownersBelow(join(parent, 'share'))).toEqual([`${OWNER}:${OWNER}`]);
  });

  it('decides as that user too when it only tries', async () => {
    make(luaRoot, OWNER);
    await install('1');
    await install('2');
    const before = identity();
    const authorize = (): Promise<void> => Promise.resolve();
    await rollbackPlugins({ luaRoot }, { authorize, dryRun: true });
    expect(identity()).toEqual(before);
  });

  it('may not do there what that user may not do, and says whose it is', async () => {
    make(luaRoot, OWNER);
    make(join(luaRoot, 'kong/plugins'), 0);
    const error = await expectError(() => install(), 'INSTALL_FAILED');
    expect(error.message).toContain(`uid ${OWNER}, to whom ${luaRoot} belongs, may not change`);
    expect(error.remedy).toContain(`chown --reference=${luaRoot} ${luaRoot}/kong/plugins`);
    expect(readdirSync(join(luaRoot, 'kong/plugins'))).toEqual([]);
    expect(identity()[0]).toBe(0);
  });

  it('refuses a third owner above and below, and names both', async () => {
    const refused = async (path: string): Promise<void> => {
      const { message, details } = await expectError(() => install(), 'NOT_OURS');
      expect(details).toEqual({ reason: 'OWNER', path });
      expect(message).toContain(`uid ${OTHER}`);
      expect(message).toContain(`we act as the user with uid ${OWNER}`);
    };
    make(luaRoot, OWNER);
    make(join(luaRoot, 'kong'), OTHER);
    await refused(join(luaRoot, 'kong'));
    chownSync(join(luaRoot, 'kong'), OWNER, OWNER);
    chownSync(parent, OTHER, OTHER);
    await refused(parent);
  });

  it('follows no link to the root that another user planted', async () => {
    make(join(parent, 'home'), OWNER);
    make(join(parent, 'etc'), 0);
    symlinkSync(join(parent, 'etc'), join(parent, 'home/lua'));
    lchownSync(join(parent, 'home/lua'), OWNER, OWNER);
    const error = await expectError(() => install('1', join(parent, 'home/lua')), 'NOT_OURS');
    expect(error.details).toMatchObject({ reason: 'OWNER' });
    // In a sticky directory anybody may plant one.
    make(join(parent, 'tmp'), 0, 0o1777);
    symlinkSync(join(parent, 'etc'), join(parent, 'tmp/lua'));
    lchownSync(join(parent, 'tmp/lua'), OWNER, OWNER);
    await expectError(() => install('1', join(parent, 'tmp/lua')), 'NOT_OURS');
    expect(readdirSync(join(parent, 'etc'))).toEqual([]);
    lchownSync(join(parent, 'tmp/lua'), 0, 0);
    await install('1', join(parent, 'tmp/lua'));
    expect(installed(join(parent, 'etc'))).toEqual(['one 1']);
  });
});

describe.runIf(isRoot)("a directory that keeps Kong's workers out", () => {
  const closed = async (): Promise<KongcrateError> =>
    expectError(() => install(), 'INSTALL_FAILED');

  it('is refused above the root, with its mode and what to do', async () => {
    chmodSync(parent, 0o700);
    const error = await closed();
    expect(error.details).toEqual({ reason: 'CLOSED', path: parent, mode: '0700' });
    expect(error.remedy).toContain(`chmod o+x ${parent}`);
    expect(existsSync(luaRoot)).toBe(false);
    chmodSync(parent, 0o711);
    await install();
  });

  it.each(['', 'kong', 'kong/plugins'])('is refused when it is %j of the root', async (path) => {
    mkdirSync(join(luaRoot, 'kong/plugins'), { recursive: true });
    chmodSync(join(luaRoot, path), 0o711);
    const error = await closed();
    expect(error.remedy).toContain(`chmod o+rx ${join(luaRoot, path)}`);
    expect(error.message).toContain('has the mode 0711');
  });

  it('is none of ours when the user who installs runs Kong', async () => {
    make(luaRoot, OWNER);
    chmodSync(parent, 0o700);
    chownSync(parent, OWNER, OWNER);
    process.seteuid?.(OWNER);
    try {
      await install();
    } finally {
      process.seteuid?.(0);
    }
    expect(installed(luaRoot)).toEqual(['one 1']);
  });

  it('does not matter for a file that is not a directory on the way', async () => {
    make(luaRoot, 0);
    writeFileSync(join(luaRoot, 'private'), '', { mode: 0o600 });
    await install();
  });
});
