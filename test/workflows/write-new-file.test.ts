import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { beforeEach, describe, expect, it } from 'vitest';
import { linkNew, writeAside } from '../../src/system/write-aside.ts';
import { writeNewFile } from '../../src/workflows/write-new-file.ts';
import { expectError } from '../support/expect-error.ts';
import { run } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

let directory: string;
const at = (name: string): string => join(directory, name);

beforeEach(() => {
  directory = temporaryDirectory();
});

const failWith =
  (code: string): (() => never) =>
  () => {
    throw Object.assign(new Error(code), { code });
  };

describe('a new file', () => {
  it.each([0o600, 0o644])('has its bytes and mode %o, and nothing stands beside it', (mode) => {
    writeNewFile(at('file'), 'text', mode);
    expect(readFileSync(at('file'), 'utf8')).toBe('text');
    const written = statSync(at('file')).mode & 0o777;
    expect([written & 0o700, written & ~mode]).toEqual([0o600, 0]);
    expect(statSync(at('file')).nlink).toBe(1);
    expect(readdirSync(directory)).toEqual(['file']);
  });

  it('may have a name as long as a file system allows', () => {
    for (const name of ['x'.repeat(255), 'ü'.repeat(127)]) writeNewFile(at(name), 'text', 0o644);
    expect(readdirSync(directory)).toHaveLength(2);
  });

  it.each<[string, () => void]>([
    [
      'a file',
      () => {
        writeFileSync(at('file'), 'mine');
      },
    ],
    [
      'a directory',
      () => {
        mkdirSync(at('file'));
      },
    ],
    [
      'a dangling link',
      () => {
        symlinkSync('elsewhere', at('file'));
      },
    ],
  ])('never replaces %s', async (_, prepare) => {
    prepare();
    const write = (): void => {
      writeNewFile(at('file'), 'text', 0o644);
    };
    await expectError(write, 'NOT_OURS');
    expect(readdirSync(directory)).toEqual(['file']);
  });

  it('needs its directory', async () => {
    const write = (): void => {
      writeNewFile(at('missing/file'), 'text', 0o644);
    };
    const error = await expectError(write, 'INSTALL_FAILED');
    expect(error.message).toBe(
      `cannot open ${at('missing/file')}: no such file or directory (ENOENT)`,
    );
    expect(error.remedy).toContain('Make the directory');
  });

  it('that cannot be written to its end is not there, so that a retry succeeds', async () => {
    const outfile = at('program.mjs');
    await build({
      stdin: {
        contents: `
          import { writeNewFile } from './src/workflows/write-new-file.ts';
          try {
            writeNewFile(process.argv[2], 'x'.repeat(100_000), 0o644);
          } catch (error) {
            console.log(JSON.stringify([error.code, error.message, error.remedy]));
          }`,
        resolveDir: fileURLToPath(new URL('../..', import.meta.url)),
      },
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      logLevel: 'silent',
    });
    mkdirSync(at('out'));
    const write = async (limit: string): Promise<string> => {
      const script = `ulimit -f ${limit}; exec "$@"`;
      const args = ['-c', script, 'sh', process.execPath, outfile, at('out/file')];
      return (await run('sh', args)).stdout;
    };
    expect(JSON.parse(await write('8'))).toEqual([
      'INSTALL_FAILED',
      `cannot write ${at('out/file')}: file too large (EFBIG)`,
      expect.stringContaining('ulimit -f'),
    ]);
    expect(readdirSync(at('out'))).toEqual([]);
    expect(await write('unlimited')).toBe('');
    expect(statSync(at('out/file')).size).toBe(100_000);
  });
});

describe('where there are no hard links', () => {
  const place = (aside: string, path: string): void => {
    linkNew(aside, path, failWith('EPERM'));
  };

  it('a file is written all the same', () => {
    writeAside(at('file'), 'text', { mode: 0o600, place });
    expect(readFileSync(at('file'), 'utf8')).toBe('text');
    expect(statSync(at('file')).mode & 0o777).toBe(0o600);
    expect(readdirSync(directory)).toEqual(['file']);
  });

  it('nothing is replaced either', () => {
    writeFileSync(at('file'), 'mine');
    expect(() => {
      writeAside(at('file'), 'text', { mode: 0o644, place });
    }).toThrow('EEXIST');
    expect(readFileSync(at('file'), 'utf8')).toBe('mine');
    expect(readdirSync(directory)).toEqual(['file']);
  });

  it('a failed rename leaves nothing', () => {
    const losing = (aside: string, path: string): void => {
      rmSync(aside);
      place(aside, path);
    };
    expect(() => {
      writeAside(at('file'), 'text', { mode: 0o644, place: losing });
    }).toThrow('ENOENT');
    expect(readdirSync(directory)).toEqual([]);
  });

  it('any other failure of link is one', () => {
    expect(() => {
      writeAside(at('file'), 'text', {
        mode: 0o644,
        place: (aside, path) => {
          linkNew(aside, path, failWith('EIO'));
        },
      });
    }).toThrow('EIO');
    expect(readdirSync(directory)).toEqual([]);
  });
});

it('a file is replaced in one step', () => {
  writeFileSync(at('file'), 'old');
  writeAside(at('file'), 'new', { mode: 0o644, place: renameSync });
  expect(readFileSync(at('file'), 'utf8')).toBe('new');
  expect(readdirSync(directory)).toEqual(['file']);
});
