import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { FileOperations } from '../../src/install/file-operations.ts';
import { installPlugins } from '../../src/install/install-plugins.ts';
import { interceptOperations } from '../install/intercept-operations.ts';
import { compareVersions, makeInstallable } from '../support/make-installable.ts';
import { expectError } from '../support/expect-error.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const OWNER = 12_345;
const SECRET = 'the secret of root';

const isRoot = process.getuid?.() === 0;
if (!isRoot) process.stderr.write('SKIPPED adopting as root: needs to run as root\n');

let luaRoot: string;
let secrets: string;
const at = (path: string): string => join(luaRoot, path);

/** A plugin by hand, with a directory in it, in a Lua root of `rootOwner`. */
function putByHand({ rootOwner, handOwner }: { rootOwner: number; handOwner: number }): void {
  mkdirSync(at('kong/plugins/one/sub'), { recursive: true });
  writeFileSync(at('kong/plugins/one/sub/x.lua'), 'by hand');
  for (const path of ['', 'kong', 'kong/plugins']) chownSync(at(path), rootOwner, rootOwner);
  for (const path of ['', '/sub', '/sub/x.lua'])
    chownSync(at(`kong/plugins/one${path}`), handOwner, handOwner);
}

const install = (files: FileOperations): Promise<unknown> =>
  installPlugins({ luaRoot, files }, [makeInstallable({ name: 'one', version: '1' })], {
    compareVersions,
    adopt: true,
  });

/** As on the layers of an image: no directory can be moved. */
function withoutMoves(act: (name: string, path: string) => void = () => undefined): FileOperations {
  return interceptOperations(({ name, args: [from, to], run }) => {
    if (name === 'rename' && from === at('kong/plugins/one') && String(to).includes('/backup/'))
      throw Object.assign(new Error('other file system'), { code: 'EXDEV', errno: -18 });
    run();
    act(name, String(from));
  });
}

/** Every text below a directory that a user could read there. */
const textsBelow = (directory: string): readonly string[] =>
  readdirSync(directory, { recursive: true })
    .map((path) => join(directory, String(path)))
    .filter((path) => lstatSync(path).isFile())
    .map((path) => readFileSync(path, 'utf8'));

beforeEach(() => {
  const directory = temporaryDirectory();
  luaRoot = join(directory, 'lua');
  secrets = join(directory, 'secrets');
  mkdirSync(secrets, { mode: 0o700 });
  writeFileSync(join(secrets, 'x.lua'), SECRET);
});

/** While we copy the directory, its owner puts a link to root's own files in its place. */
const swap = (name: string, path: string): void => {
  if (name !== 'makeDirectory' || !/\/adopted-[0-9a-f]+\/sub$/.test(path)) return;
  renameSync(at('kong/plugins/one/sub'), at('kong/plugins/one/gone'));
  symlinkSync(secrets, at('kong/plugins/one/sub'));
};

describe.skipIf(!isRoot)('root, who takes over what others have put there', () => {
  it('copies nothing that the owner of the Lua root cannot read', async () => {
    putByHand({ rootOwner: OWNER, handOwner: OWNER });
    await expectError(() => install(withoutMoves(swap)), 'INSTALL_FAILED');
    expect(textsBelow(at('.kongcrate'))).not.toContain(SECRET);
    expect(readFileSync(join(secrets, 'x.lua'), 'utf8')).toBe(SECRET);
  });

  it('copies no file of its own for the owner of the Lua root', async () => {
    putByHand({ rootOwner: OWNER, handOwner: OWNER });
    writeFileSync(at('kong/plugins/one/private.lua'), SECRET, { mode: 0o600 });
    await expectError(() => install(withoutMoves()), 'INSTALL_FAILED');
    expect(lstatSync(at('kong/plugins/one/private.lua')).uid).toBe(0);
    expect(textsBelow(at('.kongcrate'))).not.toContain(SECRET);
  });

  it('copies and removes no directory that another user can exchange', async () => {
    putByHand({ rootOwner: 0, handOwner: OWNER });
    await expectError(() => install(withoutMoves(swap)), 'NOT_OURS');
    expect(existsSync(at('kong/plugins/one/sub/x.lua'))).toBe(true);
    expect(readFileSync(join(secrets, 'x.lua'), 'utf8')).toBe(SECRET);
  });
});
