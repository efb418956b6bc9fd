import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { formatBytes } from '../../src/cli/format-bytes.ts';
import {
  parseAnnotation,
  parseByteSize,
  parseCount,
  parseSourceDateEpoch,
} from '../../src/cli/parse-values.ts';
import { asKongcrateError, renderErrorJson, renderErrorText } from '../../src/cli/print-error.ts';
import { createProgressBar } from '../../src/cli/progress-bar.ts';
import { KongcrateError } from '../../src/errors/kongcrate-error.ts';
import { digestOf } from '../../src/reference/digest.ts';

describe('errors on the terminal', () => {
  it('what nobody expected has a code, exitCode 1 and a remedy', () => {
    const error = asKongcrateError(new TypeError('x is not a function'));
    expect(error).toMatchObject({ code: 'UNEXPECTED', exitCode: 1, retryable: false });
    expect(renderErrorText(error, false)).toContain('x is not a function');
  });

  it('an aborted call is an interruption', () => {
    const thrown: unknown = AbortSignal.abort().reason;
    expect(asKongcrateError(thrown)).toMatchObject({ code: 'INTERRUPTED', exitCode: 130 });
  });

  it('names from an archive cannot steer the terminal', () => {
    const error = new KongcrateError('ARCHIVE_REFUSED', 'entry \u001B[2J\u0007x', {
      remedy: 'none\r',
    });
    const text = renderErrorText(error, false);
    expect(text).toBe('error: entry \\u{1b}[2J\\u{7}x\n  → none\\u{d}\n');
    expect(JSON.parse(renderErrorJson(error))).toMatchObject({
      error: { code: 'ARCHIVE_REFUSED', category: 'refused', retryable: false },
    });
  });
});

describe('values on the command line', () => {
  it.each([
    ['1', 1],
    ['64MiB', 67_108_864],
    ['64M', 67_108_864],
    ['10mb', 10_000_000],
    ['1 GiB', 1_073_741_824],
  ])('size %s', (text, bytes) => {
    expect(parseByteSize(text)).toBe(bytes);
  });

  it.each(['', '0', '-1', '1.5M', '10 parsecs', '99999999999999999'])('no size: %j', (text) => {
    expect(() => parseByteSize(text)).toThrow('is no size');
  });

  it('counts, annotations and times', () => {
    expect(parseCount('3')).toBe(3);
    for (const text of ['0', '-1', '1e3', 'x'])
      expect(() => parseCount(text)).toThrow('above zero');
    expect(parseAnnotation('team=a=b')).toEqual({ team: 'a=b' });
    expect(() => parseAnnotation('=x')).toThrow('key=value');
    expect(parseSourceDateEpoch('0').getTime()).toBe(0);
    expect(() => parseSourceDateEpoch('soon')).toThrow('SOURCE_DATE_EPOCH');
  });

  it('bytes for people', () => {
    expect([0, 1023, 1024, 7_270, 67_108_864, 5e12].map(formatBytes)).toEqual([
      '0 B',
      '1023 B',
      '1.0 KiB',
      '7.1 KiB',
      '64.0 MiB',
      '4656.6 GiB',
    ]);
  });
});

describe('progress', () => {
  const digest = digestOf(Buffer.from('x'));
  const read = (afterMs: number): string => {
    const output = new PassThrough();
    const bar = createProgressBar({ output, afterMs, drawn: false });
    bar.update({ digest, doneBytes: 512, totalBytes: 1024 });
    bar.update({ digest, doneBytes: 1024, totalBytes: 1024 });
    bar.finish();
    return (output.read() as Buffer | null)?.toString() ?? '';
  };

  it('is silent for what is quick', () => {
    expect(read(60_000)).toBe('');
  });

  it('is one plain line where there is no terminal', () => {
    expect(read(-1)).toMatch(/^read 1\.0 KiB at .*\/s\n$/);
  });
});
