import { describe, expect, it } from 'vitest';
import { visibleFiles } from '../../src/plugin/visible-files.ts';
import { expectError } from '../support/expect-error.ts';

/** Every pattern is held against every file: a rock brings its own ignore file along. */
describe('an ignore file', () => {
  const ignoring = (text: string): (() => unknown) => {
    const ignoreFile = {
      path: '.kongcrateignore',
      kind: 'file' as const,
      bytes: Buffer.from(text),
    };
    return () => visibleFiles([ignoreFile]);
  };

  it('is refused when it is larger than anyone writes', async () => {
    const { message, details } = await expectError(ignoring('x\n'.repeat(4097)), 'PLUGIN_REFUSED');
    expect(message).toContain('8194');
    expect(details).toMatchObject({ reason: 'TOO_MUCH' });
    expect(ignoring('x\n'.repeat(4096))()).toEqual([]);
  });
});
