import { constants } from 'node:os';
import { describe, expect, it } from 'vitest';
import { asWriteFailure } from '../../src/errors/as-write-failure.ts';

/** An error as libuv raises it for a number it may or may not have a name for. */
function systemError(number: number, code: string): Error {
  return Object.assign(new Error('from the system'), { errno: -number, code, syscall: 'fsync' });
}

describe('a failed system call', () => {
  it.each([
    ['ENOSPC', constants.errno.ENOSPC, 'ENOSPC', 'no space left'],
    ['EDQUOT', constants.errno.EDQUOT, 'Unknown system error -122', 'EDQUOT'],
    ['ESTALE', constants.errno.ESTALE, 'Unknown system error -116', 'ESTALE'],
  ])('%s is INSTALL_FAILED with its name and a remedy', (name, number, code, words) => {
    const error = asWriteFailure('/srv/lua', systemError(number, code));
    expect(error).toMatchObject({ code: 'INSTALL_FAILED', exitCode: 9 });
    expect(error.message).toContain(words);
    expect(error.details).toEqual({ errno: name, path: '/srv/lua' });
  });

  it('a full quota says what to do', () => {
    const { remedy } = asWriteFailure('/x', systemError(constants.errno.EDQUOT, ''));
    expect(remedy).toContain('quota');
  });
});
