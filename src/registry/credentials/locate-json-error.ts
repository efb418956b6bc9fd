const SCALAR =
  /\s*(?:"(?:[^"\\\u0000-\u001F]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[Ee][+-]?\d+)?|true|false|null)/y;
const KEY = /\s*"(?:[^"\\\u0000-\u001F]|\\.)*"\s*:/y;
const SPACE = /\s*/y;
const COMMA = /\s*,/y;
const OPEN_OBJECT = /\s*\{/y;
const CLOSE_OBJECT = /\s*\}/y;
const OPEN_ARRAY = /\s*\[/y;
const CLOSE_ARRAY = /\s*\]/y;

/**
 * Says where a text stops being JSON: `line 3, column 7`. JSON.parse tells the position only now
 * and then, and quotes the text instead, which here holds passwords.
 */
export function locateJsonError(text: string): string {
  let at = 0;
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    if (!pattern.test(text)) return false;
    at = pattern.lastIndex;
    return true;
  };
  const list = (item: () => boolean, close: RegExp): boolean => {
    if (take(close)) return true;
    do {
      if (!item()) return false;
    } while (take(COMMA));
    return take(close);
  };
  const value = (): boolean =>
    take(SCALAR) ||
    (take(OPEN_OBJECT) && list(() => take(KEY) && value(), CLOSE_OBJECT)) ||
    (take(OPEN_ARRAY) && list(value, CLOSE_ARRAY));
  value();
  take(SPACE);
  const lines = text.slice(0, at).split('\n');
  return `line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}`;
}
