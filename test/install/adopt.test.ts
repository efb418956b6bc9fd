import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  installPlugins,
  type InstallOptions,
  type InstallOutcome,
} from '../../src/install/install-plugins.ts';
import { rollbackPlugins } from '../../src/install/rollback-plugins.ts';
import { expectError } from '../support/expect-error.ts';
import { listTree } from '../support/list-tree.ts';
import { compareVersions, filesOf, makeInstallable } from '../support/make-installable.ts';
import { run } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { interceptOperations } from './intercept-operations.ts';
import { allDrift, installed, leftInTmp, versionsRead } from './look-at-node.ts';

let luaRoot: string;
beforeEach(() => {
  luaRoot = join(temporaryDirectory(), 'lua');
});

const at = (path: string): string => join(luaRoot, path);
const outside = (): readonly string[] =>
  listTree(luaRoot).filter((line) => !line.startsWith('.kongcrate'));

function putByHand(root = luaRoot, name = 'one'): void {
  for (const [path, text] of Object.entries(filesOf(name, 'hand'))) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

const install = (options: Partial<InstallOptions> = {}, version = '1'): Promise<InstallOutcome> =>
  installPlugins({ luaRoot }, [makeInstallable({ name: 'one', version })], {
    compareVersions,
    ...options,
  });

function backup(): string {
  const [only = '', ...others] = readdirSync(at('.kongcrate/backup'));
  expect(others).toEqual([]);
  expect(only).toMatch(/^[0-9]+-[0-9]{8}T[0-9]{9}Z$/);
  return at(`.kongcrate/backup/${only}`);
}

describe('what stands in the place of a plugin', () => {
  it('is left as it is, and the flag is named', async () => {
    putByHand();
    const before = outside();
    const error = await expectError(() => install(), 'NOT_OURS');
    expect(error.details).toEqual({ reason: 'TAKEN', path: at('kong/plugins/one') });
    expect(error.remedy).toContain('--adopt');
    await expectError(() => install({ dryRun: true }), 'NOT_OURS');
    expect(outside()).toEqual(before);
  });

  it('is taken over with --adopt and kept, over generations and after a rollback', async () => {
    putByHand();
    const before = outside();
    const outcome = await install({ adopt: true });
    const kept = backup();
    expect(outcome.adopted).toEqual([
      { path: at('kong/plugins/one'), backup: join(kept, 'kong/plugins/one') },
      { path: at('resty/one.lua'), backup: join(kept, 'resty/one.lua') },
    ]);
    expect(listTree(kept)).toEqual(before);
    expect(versionsRead(luaRoot, 'one')).toEqual(['1', '1', '1']);
    expect(allDrift(luaRoot)).toEqual([]);
    for (const version of ['2', '3', '4', '5', '6', '7', '8']) await install({}, version);
    await rollbackPlugins({ luaRoot }, { authorize: () => Promise.resolve() });
    expect(listTree(backup())).toEqual(before);
  });

  it('is told and left when it is only tried', async () => {
    putByHand();
    expect(await install({ adopt: true, dryRun: true })).toMatchObject({
      adopted: [{ path: at('kong/plugins/one') }, { path: at('resty/one.lua') }],
    });
    expect(existsSync(at('.kongcrate'))).toBe(false);
  });

  it.each<[string, () => void]>([
    [
      'a link',
      () => {
        symlinkSync('/nowhere', at('kong/plugins/one'));
      },
    ],
    [
      'a file',
      () => {
        writeFileSync(at('kong/plugins/one'), 'theirs');
      },
    ],
  ])('may be %s', async (_, put) => {
    mkdirSync(at('kong/plugins'), { recursive: true });
    put();
    const { mode, ino } = lstatSync(at('kong/plugins/one'));
    await install({ adopt: true });
    expect(lstatSync(join(backup(), 'kong/plugins/one'))).toMatchObject({ mode, ino });
    expect(readlinkSync(at('kong/plugins/one'))).toContain('.kongcrate/current');
  });

  it('may have taken the place of a live link: the same version again adopts it', async () => {
    await install();
    rmSync(at('kong/plugins/one'));
    mkdirSync(at('kong/plugins/one'));
    await expectError(() => install(), 'NOT_OURS');
    expect(await install({ adopt: true })).toMatchObject({
      generation: 2,
      plugins: [{ state: 'repaired' }],
    });
    expect(allDrift(luaRoot)).toEqual([]);
    expect(readdirSync(join(backup(), 'kong/plugins/one'))).toEqual([]);
  });

  it('is not taken over for a plugin that nobody asked for', async () => {
    await install();
    rmSync(at('resty/one.lua'));
    writeFileSync(at('resty/one.lua'), 'theirs');
    const two = makeInstallable({ name: 'two', version: '1' });
    const error = await expectError(
      () => installPlugins({ luaRoot }, [two], { compareVersions, adopt: true }),
      'NOT_OURS',
    );
    expect(error.details).toMatchObject({ path: at('resty/one.lua') });
    expect(readFileSync(at('resty/one.lua'), 'utf8')).toBe('theirs');
  });

  it("is never taken over when it is Kong's own", async () => {
    putByHand();
    const isKongCode = (path: string): boolean => path === 'kong/plugins/one';
    const error = await expectError(() => install({ adopt: true, isKongCode }), 'NOT_OURS');
    expect(error.details).toEqual({ reason: 'KONG', path: at('kong/plugins/one') });
    expect(error.remedy).toContain('--lua-root');
    expect(versionsRead(luaRoot, 'one')).toEqual(['hand', 'hand', 'hand']);
  });

  it('is put back when the install fails, or when somebody interrupts it', async () => {
    putByHand();
    const before = outside();
    for (const isFatal of [
      (name: string, to: string) => name === 'symlink' && to === at('resty/one.lua'),
      (name: string, to: string) => name === 'rename' && to === at('.kongcrate/current'),
    ]) {
      const files = interceptOperations(({ name, args, run: operate }) => {
        if (isFatal(name, String(args[1])))
          throw Object.assign(new Error('EIO'), { code: 'EIO', errno: -5, syscall: name });
        operate();
      });
      const one = makeInstallable({ name: 'one', version: '1' });
      await expectError(
        () => installPlugins({ luaRoot, files }, [one], { compareVersions, adopt: true }),
        'INSTALL_FAILED',
      );
      expect(outside()).toEqual(before);
      expect(readdirSync(at('.kongcrate/backup'))).toEqual([]);
      expect(leftInTmp(luaRoot)).toEqual([]);
    }
  });

  it('stays where somebody else has put something meanwhile, and so does the backup', async () => {
    putByHand();
    const files = interceptOperations(({ name, args, run: operate }) => {
      if (name === 'symlink' && args[1] === at('kong/plugins/one')) {
        mkdirSync(at('kong/plugins/one'));
        writeFileSync(at('kong/plugins/one/handler.lua'), 'another hand');
      }
      operate();
    });
    const one = makeInstallable({ name: 'one', version: '1' });
    await expectError(
      () => installPlugins({ luaRoot, files }, [one], { compareVersions, adopt: true }),
      'INSTALL_FAILED',
    );
    expect(readFileSync(at('kong/plugins/one/handler.lua'), 'utf8')).toBe('another hand');
    expect(readdirSync(join(backup(), 'kong/plugins/one'))).toEqual(['handler.lua', 'schema.lua']);
    await expectError(() => install(), 'NOT_OURS');
    await install({ adopt: true });
    expect(readdirSync(at('.kongcrate/backup'))).toHaveLength(2);
    expect(installed(luaRoot)).toEqual(['one 1']);
  });
});

/** Mounts for the time of the test; `undefined` where the machine does not allow it. */
async function mount(args: readonly string[]): Promise<boolean> {
  const { status, stderr } = await run('mount', args);
  if (status === 0) return true;
  if (process.env['CI']) expect.unreachable(`cannot mount: ${stderr}`);
  process.stderr.write(`SKIPPED adoption on a real mount: ${stderr}`);
  return false;
}

describe('what cannot be moved, since rename(2) answers EXDEV', () => {
  const expectCopied = async (before: readonly string[]): Promise<void> => {
    await install({ adopt: true });
    expect(listTree(backup())).toEqual(before);
    expect(versionsRead(luaRoot, 'one')).toEqual(['1', '1', '1']);
    expect(lstatSync(at('kong/plugins/one')).isSymbolicLink()).toBe(true);
    expect(allDrift(luaRoot)).toEqual([]);
  };

  it('is copied from a lower layer of an overlay, as image layers are', async () => {
    const base = temporaryDirectory();
    const [lower, upper, work, merged] = ['lower', 'upper', 'work', 'merged'].map((name) => {
      mkdirSync(join(base, name));
      return join(base, name);
    });
    putByHand(lower);
    const layers = `lowerdir=${lower ?? ''},upperdir=${upper ?? ''},workdir=${work ?? ''}`;
    if (!(await mount(['-t', 'overlay', 'overlay', '-o', layers, merged ?? '']))) return;
    try {
      luaRoot = merged ?? '';
      await expectCopied(outside());
    } finally {
      await run('umount', [merged ?? '']);
    }
  });

  it('is copied from another mount', async () => {
    mkdirSync(at('kong/plugins'), { recursive: true });
    if (!(await mount(['-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', at('kong/plugins')]))) return;
    try {
      putByHand();
      await expectCopied(outside());
    } finally {
      await run('umount', [at('kong/plugins')]);
    }
  });
});
