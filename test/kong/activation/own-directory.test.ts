import { chmodSync, chownSync, mkdirSync, readFileSync, renameSync, symlinkSync } from 'node:fs';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inOwnDirectory } from '../../../src/kong/activation/own-directory.ts';
import { expectError } from '../../support/expect-error.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const KONG_UID = 12_345;

function makeDirectory(mode = 0o700): { readonly base: string; readonly path: string } {
  const base = temporaryDirectory();
  const path = join(base, '.kongcrate');
  mkdirSync(path);
  chmodSync(path, mode);
  return { base, path };
}

const openIt = (path: string) => (): unknown => inOwnDirectory(path, () => 'opened');

describe('a directory that only we can have written', () => {
  it('stays the one that was judged when others put another in its place', () => {
    const { base, path } = makeDirectory();
    writeFileSync(join(path, 'transaction.json'), 'ours');
    const read = inOwnDirectory(path, (directory) => {
      renameSync(path, join(base, 'moved'));
      mkdirSync(path);
      writeFileSync(join(path, 'transaction.json'), 'forged');
      return readFileSync(join(directory.path, 'transaction.json'), 'utf8');
    });
    expect(read).toBe('ours');
  });

  it('is refused when it is open to others, a link, a file', async () => {
    const { base, path } = makeDirectory(0o710);
    symlinkSync(path, join(base, 'link'));
    writeFileSync(join(base, 'file'), '');
    for (const other of [path, join(base, 'link'), join(base, 'file')]) {
      const error = await expectError(openIt(other), 'NOT_OURS');
      expect(error.message).toContain(other);
    }
  });

  it.runIf(process.getuid?.() === 0)('is refused when it is of another user', async () => {
    const { path } = makeDirectory();
    chownSync(path, KONG_UID, KONG_UID);
    const error = await expectError(openIt(path), 'NOT_OURS');
    expect(error.message).toContain(String(KONG_UID));
  });

  it('is nothing where there is none', () => {
    expect(inOwnDirectory(join(temporaryDirectory(), 'none'), () => 'opened')).toBeUndefined();
  });
});
