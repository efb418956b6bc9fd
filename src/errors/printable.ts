/** Characters that steer a terminal or reorder what is read: controls, formats, bidi, separators. */
const UNPRINTABLE = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * Text of others as it may be shown: names out of archives and annotations of manifests must not
 * draw a line that only kongcrate may write. Line feeds stay.
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, escapeCharacter);
}

/** The same for what has to stay on one line, such as one of a file; tabs stay. */
export function printableLine(text: string): string {
  return text.split('\t').map(printable).join('\t').replaceAll('\n', '\\n');
}

/** JSON as it may be shown: it says the same, escapes included. */
export function printableJson(value: object): string {
  return JSON.stringify(value, undefined, 2).replace(UNPRINTABLE, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

function escapeCharacter(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
