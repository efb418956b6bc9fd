import {
  chownSync,
  lchownSync,
  linkSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkReplaceable } from '../../src/kong/check-replaceable.ts';
import { replaceConf } from '../../src/kong/replace-conf.ts';
import { expectError } from '../support/expect-error.ts';
import { run } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const OLD = Buffer.from('plugins = a\n');
const isRoot = process.getuid?.() === 0;

function makeConf(): { directory: string; target: string } {
  const directory = temporaryDirectory();
  const target = join(directory, 'kong.conf');
  writeFileSync(target, OLD);
  return { directory, target };
}

const refuse = async (path: string, reason: string): Promise<void> => {
  const error = await expectError(() => checkReplaceable(path, 'Set KONG_PLUGINS=a,x'), 'NOT_OURS');
  expect(error.details).toMatchObject({ reason });
  expect(error.remedy).toBe('Set KONG_PLUGINS=a,x');
};

describe('a kong.conf, not replaceable', () => {
  it('a link stays, and the file that it leads to is meant', () => {
    const { directory, target } = makeConf();
    mkdirSync(join(directory, 'etc'));
    symlinkSync('../kong.conf', join(directory, 'etc/kong.conf'));
    expect(checkReplaceable(join(directory, 'etc/kong.conf'), '')).toBe(target);
  });

  it('a file with two names', async () => {
    const { directory, target } = makeConf();
    linkSync(target, join(directory, 'other'));
    await refuse(target, 'HARD_LINK');
  });

  it('a file of a ConfigMap, as Kubernetes lays it out', async () => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, '..2026_01_01_00_00_00.123'));
    writeFileSync(join(directory, '..2026_01_01_00_00_00.123/kong.conf'), OLD);
    symlinkSync('..2026_01_01_00_00_00.123', join(directory, '..data'));
    symlinkSync('..data/kong.conf', join(directory, 'kong.conf'));
    await refuse(join(directory, 'kong.conf'), 'CONFIG_MAP');
  });

  it('no regular file', async () => {
    await refuse('/dev/null', 'NOT_A_FILE');
  });

  it.skipIf(!isRoot)('a link of another user, who could lead root anywhere', async () => {
    const { directory, target } = makeConf();
    const link = join(directory, 'link');
    symlinkSync('kong.conf', link);
    lchownSync(link, 12345, 12345);
    await refuse(link, 'FOREIGN_LINK');
    chownSync(target, 12345, 12345);
    expect(checkReplaceable(link, '')).toBe(target);
  });
});

/** A sandbox may not let root mount: then it is said, and with CI set the tests fail. */
const canMount = isRoot && (await mountOver()) === 0;
if (!canMount && !process.env['CI']) process.stderr.write('SKIPPED bind mounts: needs mount(8)\n');

async function mountOver(...more: readonly string[]): Promise<number | null> {
  const { target } = makeConf();
  const mounted = await run('mount', ['--bind', ...more, target, target]);
  if (mounted.status === 0) await run('umount', [target]);
  return mounted.status;
}

describe.skipIf(!canMount && !process.env['CI'])('a mount', () => {
  it('of the file alone, as docker run -v makes it', async () => {
    const { directory } = makeConf();
    const target = join(directory, 'a b.conf');
    writeFileSync(target, OLD);
    expect((await run('mount', ['--bind', target, target])).status).toBe(0);
    try {
      await refuse(target, 'MOUNT_POINT');
    } finally {
      await run('umount', [target]);
    }
  });

  it('of the directory, read-only: an errno error, and the file as it was', async () => {
    const { directory, target } = makeConf();
    await run('mount', ['--bind', '-o', 'ro', directory, directory]);
    try {
      expect(checkReplaceable(target, '')).toBe(target);
      expect(() => replaceConf({ target, before: OLD, after: Buffer.from('plugins = b') })).toThrow(
        'EROFS',
      );
      expect(readFileSync(target)).toEqual(OLD);
    } finally {
      await run('umount', [directory]);
    }
  });
});
