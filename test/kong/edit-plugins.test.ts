import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { KongcrateError } from '../../src/errors/kongcrate-error.ts';
import { disablePlugins, enablePlugins, type EditedPlugins } from '../../src/kong/edit-plugins.ts';
import { expectError } from '../support/expect-error.ts';
import { describeWithPeers, peer } from '../support/peers.ts';
import { fc } from '../support/properties.ts';
import { run } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { CONF_EDITS } from './cases/conf-edits.ts';

const BUNDLED = new Set(['acl', 'key-auth', 'session']);
const enable = (conf: string, ...names: string[]): EditedPlugins =>
  enablePlugins(conf, names, BUNDLED);
const disable = (conf: string, ...names: string[]): EditedPlugins =>
  disablePlugins(conf, names, BUNDLED);
const apply = (conf: string, edit: string): EditedPlugins =>
  (edit.startsWith('+') ? enable : disable)(conf, edit.slice(1));

describe('kong.conf, edited', () => {
  it.each(CONF_EDITS)('$title: $edit', ({ conf, edit, loads, result = conf }) => {
    const { text, plugins } = apply(conf, edit);
    expect(text).toBe(result);
    expect(plugins.join(',')).toBe(loads);
    expect(apply(text, edit).text, 'a second time').toBe(result);
  });

  it('several at once, each once, in the order that was given', () => {
    expect(enable('plugins = a\n', 'y', 'x', 'a', 'y').text).toBe('plugins = a,y,x\n');
    expect(disable('plugins = a,y,b,x\n', 'x', 'a', 'z').text).toBe('plugins = y,b\n');
  });

  it.each([
    ['plugins = a,\n', 'an empty item'],
    ['plugins = "a"\n', 'quotes'],
    ['plugins = off,a\n', 'off stood first'],
    ['plugins =\n', 'the bundled plugins stay off'],
  ])('what is put right is said: %j', (conf, note) => {
    expect(enable(conf, 'x').notes.join()).toContain(note);
  });
});

describe('kong.conf, refused', () => {
  it.each(['bundled', 'off'])('the word %s is no plugin', async (word) => {
    await expectError(() => enable('', word), 'USAGE');
    await expectError(() => disable('plugins = bundled,off\n', word), 'USAGE');
  });

  it.each(['', 'plugins = bundled\n', 'plugins = a,bundled,acl\n'])(
    'what the word bundled loads cannot be taken out: %j',
    async (conf) => {
      const { remedy } = await expectError(() => disable(conf, 'acl'), 'USAGE');
      expect(remedy).toContain('plugins = key-auth,session');
    },
  );

  it('a section or a vault in place of the list', async () => {
    expect((await expectError(() => enable('[plugins]\n', 'x'), 'USAGE')).message).toContain(
      '[plugins]',
    );
    await expectError(() => enable('plugins = {vault://env/list}\n', 'x'), 'USAGE');
  });

  it('a list that goes on into the next setting, of which it shows nothing', async () => {
    const conf = 'plugins = a,\\\npg_password = geheim\n';
    for (const edit of [enable, disable]) {
      const { message, remedy } = await expectError(() => edit(conf, 'x'), 'USAGE');
      expect(message).toBe('the list of plugins goes on into the setting pg_password');
      expect(remedy).not.toContain('geheim');
    }
  });

  it('a name that would begin a line and so become a comment', async () => {
    await expectError(() => enable('plugins = ,\\\n,;\n', 'x'), 'USAGE');
  });

  it('a list that Kong would read otherwise than it is written', async () => {
    // Alone, 007 is a number and becomes 7.
    const { remedy } = await expectError(() => enable('plugins =\n', '007'), 'USAGE');
    expect(remedy).toContain('plugins = 007');
    await expectError(() => disable('plugins = a,\\\n x # c \\\n b\n', 'x'), 'USAGE');
  });
});

/** Files of the pieces that are hard to read, in any order. */
const confs = fc
  .array(
    fc.constantFrom(
      ...[
        'plugins = ',
        '\nplugins=',
        '\n',
        '\r\n',
        '\\\n',
        ',\\ \n',
        ' # c\n',
        '#',
        '\\#',
        '[s]\n',
      ],
      ...[
        'a',
        'x',
        'bundled',
        'off',
        ',',
        ', ',
        '"',
        ' ',
        '\t',
        'b = 1\n',
        '\u00EF\u00BB\u00BF',
        ';',
      ],
    ),
    { maxLength: 14 },
  )
  .map((pieces) => pieces.join(''));

/** Whole lines that have nothing to do with the list. */
const otherLines = fc
  .array(
    fc.constantFrom(
      ...['\n', '# c\r\n', ';plugins = z\n', 'b = 1\n', 'b = 2 # plugins = y\r\n', '\t\v\n'],
      ...['b = 1, \\\n  # c\n  2\n', 'Plugins = x\n', '\u00FF = \u0000\n', ' [s]\n', 'b\n'],
    ),
    { maxLength: 6 },
  )
  .map((lines) => lines.join(''));

/** The edited file, or none where the edit is refused. */
function edited(edit: typeof enable, conf: string): string | undefined {
  try {
    return edit(conf, 'x').text;
  } catch (error) {
    expect(error).toBeInstanceOf(KongcrateError);
    return undefined;
  }
}

describe('any kong.conf', () => {
  it('says after the edit what it should, and a second edit changes nothing', () => {
    fc.assert(
      fc.property(confs, (conf) => {
        const on = edited(enable, conf);
        const off = edited(disable, conf);
        if (on !== undefined) {
          expect(enable(on, 'x')).toMatchObject({ text: on, notes: [] });
          expect(enable(on, 'x').plugins).toContain('x');
        }
        if (off !== undefined) {
          expect(disable(off, 'x').text).toBe(off);
          expect(disable(off, 'x').plugins).not.toContain('x');
        }
      }),
      { numRuns: 1500 },
    );
  });

  it('keeps every byte before and behind the list', () => {
    const tails = fc.constantFrom('', 'c = 1', '[s]\nplugins = x\n', '#');
    fc.assert(
      fc.property(otherLines, otherLines, tails, (head, lines, end) => {
        const tail = lines + end;
        const conf = `${head}plugins = a , x # c\r\n${tail}`;
        expect(disable(conf, 'x').text).toBe(`${head}plugins = a  # c\r\n${tail}`);
        expect(enable(conf, 'y').text).toBe(`${head}plugins = a , x, y # c\r\n${tail}`);
      }),
    );
  });
});

describeWithPeers(['luajit'], 'luajit, with a reader of its own', () => {
  const reader = join(import.meta.dirname, '../../testdata/lua/loaded-plugins.lua');

  /** What Lua reads in each of the files. */
  async function readByLua(confs: readonly string[]): Promise<readonly string[]> {
    const directory = temporaryDirectory();
    const paths = confs.map((conf, index) => {
      const path = join(directory, `${index}.conf`);
      writeFileSync(path, conf, 'latin1');
      return path;
    });
    const { stdoutBytes, stderr } = await run(peer('luajit'), [reader, ...paths]);
    expect(stderr).toBe('');
    return stdoutBytes.toString('latin1').split('\n').slice(0, -1);
  }

  it('reads in every edited file of the table what Kong shall load', async () => {
    const files = CONF_EDITS.map(({ conf, result = conf }) => result);
    expect(await readByLua(files)).toEqual(CONF_EDITS.map(({ loads }) => loads));
  });

  it('reads in any edited file what we read', async () => {
    const files = fc
      .sample(confs, 300)
      .flatMap((conf) => [edited(enable, conf), edited(disable, conf)])
      .filter((file) => file !== undefined);
    const read = files.map((conf) => disable(conf, 'not-there').plugins.filter(Boolean).join(','));
    expect(await readByLua(files)).toEqual(read);
  });
});
