/** Blanks as `%s` of Lua's C locale; JavaScript's `\s` knows more of them. */
const BLANKS = ' \t\n\v\f\r';

export function isBlank(text: string): boolean {
  return trimBlanks(text) === '';
}

/** Without the blanks at both ends. */
export function trimBlanks(text: string): string {
  const start = countLeadingBlanks(text);
  let end = text.length;
  while (end > start && BLANKS.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

export function countLeadingBlanks(text: string): number {
  let count = 0;
  while (count < text.length && BLANKS.includes(text.charAt(count))) count += 1;
  return count;
}
