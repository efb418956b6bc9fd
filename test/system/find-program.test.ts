import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findProgram } from '../../src/system/find-program.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

function directoryWithKong(): string {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, 'kong'), '#!/bin/sh\n', { mode: 0o755 });
  return directory;
}

describe('findProgram', () => {
  it('takes no directory, no file that cannot be run, and nothing of a relative directory', () => {
    const [good, plain] = [directoryWithKong(), directoryWithKong()];
    chmodSync(join(plain, 'kong'), 0o644);
    expect(findProgram('kong', { PATH: `${plain}:.::${good}` })).toBe(join(good, 'kong'));
    expect(findProgram('.', { PATH: good })).toBeUndefined();
    expect(findProgram('kong', {})).toBeUndefined();
  });
});
