import { chmodSync, chownSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeConfFiles, type Overwrite } from '../../src/kong/conf-file-operations.ts';
import { replaceConf } from '../../src/kong/replace-conf.ts';
import { expectError } from '../support/expect-error.ts';
import { describeWithPeers, peer } from '../support/peers.ts';
import { run } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const OLD = Buffer.from('plugins = a\n');
const NEW = Buffer.from('plugins = a,x\n');
const isRoot = process.getuid?.() === 0;

function makeConf(): { directory: string; target: string } {
  const directory = temporaryDirectory();
  const target = join(directory, 'kong.conf');
  writeFileSync(target, OLD);
  return { directory, target };
}

describe('a kong.conf, replaced', () => {
  it('has the new bytes, the old mode, and nothing beside it', () => {
    const { directory, target } = makeConf();
    chmodSync(target, 0o640);
    replaceConf({ target, before: OLD, after: NEW });
    expect(readFileSync(target)).toEqual(NEW);
    expect(statSync(target).mode & 0o7777).toBe(0o640);
    expect(readdirSync(directory)).toEqual(['kong.conf']);
  });

  it.skipIf(!isRoot)('keeps owner and group, with GNU cp and without', () => {
    const { target } = makeConf();
    chownSync(target, 12345, 23456);
    chmodSync(target, 0o604);
    const expected = { uid: 12345, gid: 23456, mode: statSync(target).mode };
    expect(replaceConf({ target, before: OLD, after: NEW })).toBe(true);
    expect(statSync(target)).toMatchObject(expected);
    const path = process.env['PATH'];
    try {
      process.env['PATH'] = '/nowhere';
      expect(replaceConf({ target, before: NEW, after: OLD })).toBe(false);
    } finally {
      process.env['PATH'] = path;
    }
    expect(readFileSync(target)).toEqual(OLD);
    expect(statSync(target)).toMatchObject(expected);
  });

  it('is left alone when another program changed it meanwhile', async () => {
    const { directory, target } = makeConf();
    const files = {
      ...nodeConfFiles,
      overwrite: (path: string, bytes: Overwrite): boolean => {
        const isDone = nodeConfFiles.overwrite(path, bytes);
        writeFileSync(target, 'theirs');
        return isDone;
      },
    };
    await expectError(() => replaceConf({ target, before: OLD, after: NEW, files }), 'NODE_BUSY');
    expect(readFileSync(target, 'utf8')).toBe('theirs');
    expect(readdirSync(directory)).toEqual(['kong.conf']);
  });

  it('is left alone when its owner could not be kept', async () => {
    const { target } = makeConf();
    const files = {
      ...nodeConfFiles,
      copy: (from: string, to: string): boolean => {
        const isWhole = nodeConfFiles.copy(from, to);
        chmodSync(to, 0o600);
        return isWhole;
      },
    };
    await expectError(
      () => replaceConf({ target, before: OLD, after: NEW, files }),
      'INSTALL_FAILED',
    );
    expect(readFileSync(target)).toEqual(OLD);
  });

  it.each(['copy', 'overwrite', 'rename'] as const)('is as it was when %s fails', (name) => {
    const { directory, target } = makeConf();
    const fail = (): never => {
      throw Object.assign(new Error('full'), { code: 'ENOSPC', errno: -28, syscall: 'write' });
    };
    const files = { ...nodeConfFiles, [name]: fail };
    expect(() => replaceConf({ target, before: OLD, after: NEW, files })).toThrow('full');
    expect(readFileSync(target)).toEqual(OLD);
    expect(readdirSync(directory)).toEqual(['kong.conf']);
  });

  it('clears away what an earlier process left, and nothing else', () => {
    const { directory, target } = makeConf();
    const others = ['.kong.conf.swp', 'kong.conf.bak', '.kong.conf.kongcrate-lock'];
    for (const name of [...others, '.kong.conf.0123456789abcdef.kongcrate-new'])
      writeFileSync(join(directory, name), '');
    replaceConf({ target, before: OLD, after: NEW });
    expect(readdirSync(directory).sort()).toEqual([...others, 'kong.conf'].sort());
  });
});

describeWithPeers(['python3'], 'extended attributes', () => {
  const python = async (code: string, target: string): Promise<string> => {
    const { stdout, stderr } = await run(peer('python3'), [
      '-c',
      `import os, sys; ${code}`,
      target,
    ]);
    expect(stderr).toBe('');
    return stdout;
  };

  it('are kept', async () => {
    const { target } = makeConf();
    await python('os.setxattr(sys.argv[1], "user.note", b"hello")', target);
    expect(replaceConf({ target, before: OLD, after: NEW })).toBe(true);
    expect(readFileSync(target)).toEqual(NEW);
    expect(await python('print(os.getxattr(sys.argv[1], "user.note"))', target)).toBe("b'hello'\n");
  });
});
