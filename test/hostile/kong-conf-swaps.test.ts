import {
  chownSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeConfFiles, type ConfFileOperations } from '../../src/kong/conf-file-operations.ts';
import { replaceConf } from '../../src/kong/replace-conf.ts';
import { expectError } from '../support/expect-error.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const SECRET = Buffer.from('root:$6$secret\n');
const EDITED = Buffer.concat([SECRET, Buffer.from('plugins = x\n')]);
const USER = 12345;

/** Kong's packages give /etc/kong to the user kong, who may exchange anything in it at any moment. */
function makeConf(): { target: string; secret: string } {
  const directory = temporaryDirectory();
  const secret = join(directory, 'secret');
  writeFileSync(secret, SECRET, { mode: 0o600 });
  const own = join(directory, 'kong');
  mkdirSync(own);
  const target = join(own, 'kong.conf');
  writeFileSync(target, 'plugins = a\n', { mode: 0o644 });
  if (process.getuid?.() === 0) for (const path of [own, target]) chownSync(path, USER, USER);
  return { target, secret };
}

/** The real operations, with what the user does right before bytes are written. */
function swapping(swap: (aside: string) => void): ConfFileOperations {
  return {
    ...nodeConfFiles,
    overwrite: (path, change) => {
      swap(path);
      return nodeConfFiles.overwrite(path, change);
    },
  };
}

describe('the user to whom the directory of a kong.conf belongs', () => {
  it('gets no copy of another file by leading us there while we read', async () => {
    const { target, secret } = makeConf();
    // A link to the secret stood here when `before` was read; now the user's own file is back.
    let seen = '';
    const files: ConfFileOperations = {
      ...nodeConfFiles,
      overwrite: (path, change) => {
        const isDone = nodeConfFiles.overwrite(path, change);
        seen = readFileSync(path, 'utf8');
        return isDone;
      },
    };
    await expectError(
      () => replaceConf({ target, before: SECRET, after: EDITED, files }),
      'NODE_BUSY',
    );
    expect(seen).not.toContain('secret');
    expect(readFileSync(secret)).toEqual(SECRET);
  });

  it.each([
    ['a link', symlinkSync],
    ['another name of it', linkSync],
  ])('changes no other file by putting %s in place of the new one', (_, plant) => {
    const { target, secret } = makeConf();
    const files = swapping((aside) => {
      rmSync(aside);
      plant(secret, aside);
    });
    expect(() => replaceConf({ target, before: SECRET, after: EDITED, files })).toThrow();
    expect(readFileSync(secret)).toEqual(SECRET);
    expect(readFileSync(target, 'utf8')).toBe('plugins = a\n');
  });

  it('cannot have its own file taken for the new one', async () => {
    const { target } = makeConf();
    const before = readFileSync(target);
    const files = swapping((aside) => {
      writeFileSync(`${aside}.theirs`, 'theirs');
      renameSync(`${aside}.theirs`, aside);
    });
    await expectError(() => replaceConf({ target, before, after: EDITED, files }), 'NODE_BUSY');
    expect(readFileSync(target)).toEqual(before);
  });
});
