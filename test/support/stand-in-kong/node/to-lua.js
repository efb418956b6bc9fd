const ESCAPED = /["\\\n\r\0]/g;

const escapeCharacter = (character) => `\\${character.charCodeAt(0).toString().padStart(3, '0')}`;

/** Writes a JSON value as a Lua expression on one line; `null` and `undefined` are `nil`. */
export function toLua(value) {
  if (value === null || value === undefined) return 'nil';
  if (typeof value === 'string') return `"${value.replace(ESCAPED, escapeCharacter)}"`;
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `{${value.map(toLua).join(',')}}`;
  const fields = Object.entries(value).map(([key, item]) => `[${toLua(key)}]=${toLua(item)}`);
  return `{${fields.join(',')}}`;
}
