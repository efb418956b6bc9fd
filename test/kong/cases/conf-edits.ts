/**
 * An edit of a kong.conf. What Kong loads and the bytes after it are written by hand from the rules
 * of KONG.md 1.3. One byte a character.
 */
export interface ConfEdit {
  readonly title: string;
  readonly conf: string;
  /** `+x` enables x, `-x` disables it. */
  readonly edit: string;
  /** What Kong makes of the file after the edit. */
  readonly loads: string;
  /** The file after the edit; absent where it stays as it is. */
  readonly result?: string;
}

const BOM = '\u00EF\u00BB\u00BF';

type Row = readonly [title: string, conf: string, edit: string, loads: string, result?: string];

const ROWS: readonly Row[] = [
  // No list: Kong loads what it brings along.
  ['an empty file', '', '+x', 'bundled,x', 'plugins = bundled,x\n'],
  ['comments alone', '# a\n\n', '+x', 'bundled,x', '# a\n\nplugins = bundled,x\n'],
  ['a commented list', '#plugins = a\n', '+x', 'bundled,x', '#plugins = a\nplugins = bundled,x\n'],
  [
    'a comment with ;',
    ' ;plugins = a\n',
    '+x',
    'bundled,x',
    ' ;plugins = a\nplugins = bundled,x\n',
  ],
  ['no final newline', 'a = 1', '+x', 'bundled,x', 'a = 1\nplugins = bundled,x\n'],
  ['CRLF', 'a = 1\r\n', '+x', 'bundled,x', 'a = 1\r\nplugins = bundled,x\r\n'],
  [
    'CRLF, no final one',
    'a = 1\r\nb = 2',
    '+x',
    'bundled,x',
    'a = 1\r\nb = 2\r\nplugins = bundled,x\r\n',
  ],
  ['nothing to take out', '# a\n', '-x', 'bundled'],
  ['a bundled plugin', '', '+key-auth', 'bundled'],
  // One line.
  ['the usual line', 'plugins = bundled\n', '+x', 'bundled,x', 'plugins = bundled,x\n'],
  ['listed already', 'plugins = bundled,x\n', '+x', 'bundled,x'],
  ['listed between others', 'plugins = a , x , b\n', '+x', 'a,x,b'],
  ['part of another name', 'plugins = xx,x-y\n', '+x', 'xx,x-y,x', 'plugins = xx,x-y,x\n'],
  ['bundled, named alone', 'plugins = a\n', '+key-auth', 'a,key-auth', 'plugins = a,key-auth\n'],
  ['bundled, under the word', 'plugins = a,bundled\n', '+key-auth', 'a,bundled'],
  ['blanks behind commas', 'plugins = a, b\n', '+x', 'a,b,x', 'plugins = a, b, x\n'],
  ['no blanks at all', 'plugins=a\n', '+x', 'a,x', 'plugins=a,x\n'],
  ['tabs', '\tplugins\t=\ta\t\n', '+x', 'a,x', '\tplugins\t=\ta,x\t\n'],
  ['form feeds', 'plugins\f=\fa\f\n', '+x', 'a,x', 'plugins\f=\fa,x\f\n'],
  ['CRLF in the line', 'plugins = a\r\nb = 1\r\n', '+x', 'a,x', 'plugins = a,x\r\nb = 1\r\n'],
  ['the end of the file', 'plugins = a', '+x', 'a,x', 'plugins = a,x'],
  ['bytes that are no UTF-8', '# \u00FF\nplugins = a\n', '+x', 'a,x', '# \u00FF\nplugins = a,x\n'],
  [
    'a second = sign',
    'x = plugins = a\n',
    '+x',
    'bundled,x',
    'x = plugins = a\nplugins = bundled,x\n',
  ],
  // Comments.
  ['a trailing comment', 'plugins = a # c\n', '+x', 'a,x', 'plugins = a,x # c\n'],
  ['a comment without blank', 'plugins = a#b,x\n', '+x', 'a,x', 'plugins = a,x#b,x\n'],
  ['a comment with \\#', 'plugins = a # b \\# c\n', '+x', 'a,x', 'plugins = a,x # b \\# c\n'],
  ['an escaped #', 'plugins = a\\#b\n', '+x', 'a#b,x', 'plugins = a\\#b,x\n'],
  ['an escaped # and a comment', 'plugins = a\\#b#c\n', '+x', 'a#b,x', 'plugins = a\\#b,x#c\n'],
  ['; starts no comment there', 'plugins = a ; c\n', '+x', 'a ; c,x', 'plugins = a ; c,x\n'],
  ['only a comment as value', 'plugins = # c\n', '+x', 'x', 'plugins = x # c\n'],
  // Keys.
  ['another case', 'Plugins = a\n', '+x', 'bundled,x', 'Plugins = a\nplugins = bundled,x\n'],
  ['a colon', 'plugins: a\n', '+x', 'bundled,x', 'plugins: a\nplugins = bundled,x\n'],
  ['no separator', 'plugins\n', '+x', 'bundled,x', 'plugins\nplugins = bundled,x\n'],
  ['a longer key', 'plugins-x = a\n', '+x', 'bundled,x', 'plugins-x = a\nplugins = bundled,x\n'],
  [
    'two lines: the last',
    'plugins = a\nplugins = b\n',
    '+x',
    'b,x',
    'plugins = a\nplugins = b,x\n',
  ],
  ['listed in the first only', 'plugins = x\nplugins = b\n', '-x', 'b'],
  ['listed in both', 'plugins = x,a\nplugins = b,x\n', '-x', 'b', 'plugins = x,a\nplugins = b\n'],
  // Sections and the byte order mark hide what follows.
  [
    'behind a section',
    '[s]\nplugins = a\n',
    '+x',
    'bundled,x',
    'plugins = bundled,x\n[s]\nplugins = a\n',
  ],
  ['before a section', 'plugins = a\n[s]\n', '+x', 'a,x', 'plugins = a,x\n[s]\n'],
  [
    'before and behind',
    'plugins = a\n[s]\nplugins = b\n',
    '+x',
    'a,x',
    'plugins = a,x\n[s]\nplugins = b\n',
  ],
  ['an indented [', ' [s]\nplugins = a\n', '+x', 'a,x', ' [s]\nplugins = a,x\n'],
  ['a commented section', '#[s]\nplugins = a\n', '+x', 'a,x', '#[s]\nplugins = a,x\n'],
  [
    'a mark before the key',
    `${BOM}plugins = a\n`,
    '+x',
    'bundled,x',
    `${BOM}plugins = a\nplugins = bundled,x\n`,
  ],
  [
    'a mark before a comment',
    `${BOM}# c\nplugins = a\n`,
    '+x',
    'a,x',
    `${BOM}# c\nplugins = a,x\n`,
  ],
  [
    'a mark before a section',
    `${BOM}[s]\nplugins = a\n`,
    '+x',
    'a,x',
    `${BOM}[s]\nplugins = a,x\n`,
  ],
  ['a mark alone', BOM, '+x', 'bundled,x', `${BOM}\nplugins = bundled,x\n`],
  // Continuations.
  [
    'a second line',
    'plugins = a, \\\n  b\nc = 1\n',
    '+x',
    'a,b,x',
    'plugins = a, \\\n  b, x\nc = 1\n',
  ],
  [
    'a blank behind the backslash',
    'plugins = a,\\ \n b\n',
    '+x',
    'a,b,x',
    'plugins = a,\\ \n b, x\n',
  ],
  ['CRLF in a continuation', 'plugins = a,\\\r\nb\r\n', '+x', 'a,b,x', 'plugins = a,\\\r\nb,x\r\n'],
  [
    'a comment line in between',
    'plugins = a,\\\n# c\nb\n',
    '+x',
    'a,b,x',
    'plugins = a,\\\n# c\nb,x\n',
  ],
  ['a blank line in between', 'plugins = a,\\\n\nb\n', '+x', 'a,b,x', 'plugins = a,\\\n\nb,x\n'],
  [
    'a comment goes on with it',
    'plugins = a # c \\\n,x\n',
    '+x',
    'a,x',
    'plugins = a,x # c \\\n,x\n',
  ],
  ['a name over two lines', 'plugins = a\\\nb\n', '+x', 'ab,x', 'plugins = a\\\nb,x\n'],
  ['a key over two lines', 'plug\\\nins = a\n', '+x', 'a,x', 'plug\\\nins = a,x\n'],
  [
    'a continued section line',
    'a = 1 \\\n[s]\nplugins = b\n',
    '+x',
    'b,x',
    'a = 1 \\\n[s]\nplugins = b,x\n',
  ],
  [
    'the file ends in it',
    'plugins = a \\\n',
    '+x',
    'bundled,x',
    'plugins = bundled,x\nplugins = a \\\n',
  ],
  ['another key ends in it', 'a = 1 \\', '+x', 'bundled,x', 'plugins = bundled,x\na = 1 \\'],
  ['the last line goes', 'plugins = a, \\\n  x\nb = 1\n', '-x', 'a', 'plugins = a\nb = 1\n'],
  [
    'a line in the middle goes',
    'plugins = a, \\\n  x, \\\n  b\n',
    '-x',
    'a,b',
    'plugins = a,\\\n  b\n',
  ],
  [
    'a comment line stays',
    'plugins = a,\\\n# c\nx\nb = 1\n',
    '-x',
    'a',
    'plugins = a\n# c\nb = 1\n',
  ],
  ['its comment stays', 'plugins = a,\\\nx # c\nb = 1\n', '-x', 'a', 'plugins = a\n # c\nb = 1\n'],
  ['the first goes', 'plugins = x,\\\n  a\n', '-x', 'a', 'plugins = \\\na\n'],
  // What loads nothing, or keeps Kong from starting.
  ['an empty list', 'plugins =\n', '+x', 'x', 'plugins = x\n'],
  ['an empty list, taken from', 'plugins =\n', '-x', ''],
  ['off', 'plugins = off\n', '+x', 'x', 'plugins = x\n'],
  ['off at the head', 'plugins = off,a\n', '+x', 'x', 'plugins = x\n'],
  ['off at the head, taken from', 'plugins = off,x\n', '-x', ''],
  ['off later', 'plugins = a,off,b\n', '+x', 'a,b,x', 'plugins = a,off,b,x\n'],
  ['off comes to the head', 'plugins = x,off,b\n', '-x', 'b', 'plugins = b\n'],
  ['a trailing comma', 'plugins = a,\n', '+x', 'a,x', 'plugins = a,x\n'],
  ['a trailing comma, listed', 'plugins = x,\n', '+x', 'x', 'plugins = x\n'],
  ['a comma too many', 'plugins = a,,b\n', '+x', 'a,b,x', 'plugins = a,b,x\n'],
  [
    'quotes around all',
    'plugins = "bundled,a" # c\n',
    '+x',
    'bundled,a,x',
    'plugins = bundled,a,x # c\n',
  ],
  ['quotes around each', "plugins = 'a', 'b'\n", '+x', 'a,b,x', 'plugins = a,b,x\n'],
  ['quotes, taken from', 'plugins = "a,x"\n', '-x', 'a', 'plugins = a\n'],
  // Taking out.
  ['the last item', 'plugins = a, x # c\n', '-x', 'a', 'plugins = a # c\n'],
  ['the first item', 'plugins = x, a # c\n', '-x', 'a', 'plugins = a # c\n'],
  ['an item in the middle', 'plugins = a, x, b\n', '-x', 'a,b', 'plugins = a, b\n'],
  ['twice in the list', 'plugins = x,a,x\n', '-x', 'a', 'plugins = a\n'],
  ['the only item', 'plugins = x # c\n', '-x', '', 'plugins = off # c\n'],
  ['a name with a dot', 'plugins = a,my.plug\n', '-my.plug', 'a', 'plugins = a\n'],
];

export const CONF_EDITS: readonly ConfEdit[] = ROWS.map(([title, conf, edit, loads, result]) => ({
  title,
  conf,
  edit,
  loads,
  ...(result === undefined ? {} : { result }),
}));
