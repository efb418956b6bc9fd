import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { quoteLua } from '../../../src/plugin/bundle/quote-lua.ts';
import { describeWithPeers, peer } from '../../support/peers.ts';
import { fc } from '../../support/properties.ts';

describe('quoteLua', () => {
  it.each([
    ['', '[=[\n]=]'],
    ['a', '[=[\na]=]'],
    ['a]]', '[=[\na]]]=]'],
    ['a]=]', '[==[\na]=]]==]'],
    ['a]=', '[==[\na]=]==]'],
    [']=]]==]]===', '[====[\n]=]]==]]===]====]'],
    ['a\r\nb\rc\n\rd\n', '[=[\na\nb\nc\nd\n]=]'],
    ['\r\n\n', '[=[\n\n\n]=]'],
  ])('%j', (text, quoted) => {
    expect(quoteLua(text)).toBe(quoted);
  });
});

describeWithPeers(['luajit'], 'quoteLua and luajit', () => {
  it('agree on any bytes, line ends aside', () => {
    const part = fc.constantFrom(']', '=', '[', '\n', '\r', '\0', 'a', '\\', '$&', '\xff', '--');
    const texts = fc
      .sample(fc.array(part, { maxLength: 12 }), { numRuns: 2000, seed: 7 })
      .map((parts) => parts.join(''));
    const program = `${texts.map((text) => `write(${quoteLua(text)})`).join('\n')}\n`;
    const { stdout, stderr } = spawnSync(peer('luajit'), ['-'], {
      input: Buffer.from(
        `local write = function(s) io.write((s:gsub('.', function(c) return ('%02x'):format(c:byte()) end):gsub('\\n', '0a')), '\\n') end\n${program}`,
        'latin1',
      ),
    });
    expect(stderr.toString()).toBe('');
    const expected = texts.map((text) =>
      Buffer.from(text.replace(/\r\n?|\n\r/g, '\n'), 'latin1').toString('hex'),
    );
    expect(stdout.toString().trimEnd().split('\n')).toEqual(expected);
  });
});
