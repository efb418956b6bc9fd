import { expect, it } from 'vitest';
import { describeUnread } from '../../src/kong/unread-lines.ts';

it.each([
  ['plugins = a\n', []],
  ['# plugins = a\nPlugins = b\n', ['line 2 counts for nothing: it says Plugins, and case counts']],
  ['plugins: a\n', ['line 1 counts for nothing: Kong knows no colon, only =']],
  ['\nplugins = a\nplugins = b\n', ['line 2 counts for nothing: plugins is set again below']],
  ['[s]\n\nplugins = a\n', ['line 3 counts for nothing: it belongs to the section [s]']],
  [
    '\u00EF\u00BB\u00BFplugins = a\n',
    ['line 1 counts for nothing: a byte order mark stands before it'],
  ],
  ['a = 1\nplugins = a \\\n', ['line 2 counts for nothing: the file ends where it should go on']],
])('%j', (conf, lines) => {
  expect(describeUnread(conf, 'plugins')).toEqual(lines);
});
