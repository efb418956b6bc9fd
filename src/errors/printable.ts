/** Characters that steer a terminal or reorder what is read: controls, formats, bidi, separators. */
const UNPRINTABLE = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * Text of others as it may be shown: names out of archives and annotations of manifests must not
 * draw a line that only kongcrate may write. Line feeds stay.
 */
export function printable(text: string): string {
  return text.replace(
    UNPRINTABLE,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
