/**
 * A Lua string literal for any text, one character a byte: a long bracket of the lowest level that
 * nothing in the text ends. Line ends become LF, as Lua's reader would make them (LuaJIT,
 * lj_lex.c, `lex_newline`): else a CR at the start would be eaten with the line feed before it.
 */
export function quoteLua(text: string): string {
  const content = text.replace(/\r\n?|\n\r/g, '\n');
  // Lua 5.1 refuses `[[` within level 0.
  for (let level = '='; ; level += '=') {
    const end = `]${level}]`;
    // The text may end with the first part of the bracket.
    if (`${content}${end}`.indexOf(end) === content.length) return `[${level}[\n${content}${end}`;
  }
}
