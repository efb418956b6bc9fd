import { LuaPatternError } from './lua-pattern-error.ts';

/** One entry a byte: whether it belongs to the set. */
export type CharacterSet = Readonly<Uint8Array>;

export interface ReadSet {
  readonly set: CharacterSet;
  /** Where the pattern goes on. */
  readonly next: number;
}

/** Lua 5.1 manual, 5.4.1 "Character Class"; `%g` is LuaJIT's, `%z` is the byte zero. */
const CLASSES: Readonly<Record<string, RegExp>> = {
  a: /[A-Za-z]/,
  c: /[\x00-\x1f\x7f]/,
  d: /[0-9]/,
  g: /[!-~]/,
  l: /[a-z]/,
  p: /[!-/:-@[-`{-~]/,
  s: /[\t-\r ]/,
  u: /[A-Z]/,
  w: /[A-Za-z0-9]/,
  x: /[A-Fa-f0-9]/,
  z: /\0/,
};

/**
 * Reads the single-character item of a pattern at a position: `x`, `.`, `%a`, `[a-z]`.
 * @throws LuaPatternError
 */
export function readCharacterSet(pattern: string, position: number): ReadSet {
  const first = pattern.charAt(position);
  if (first === '[') return readBrackets(pattern, position);
  if (first === '.') return { set: setOf(() => true), next: position + 1 };
  if (first !== '%') return { set: setOf((char) => char === first), next: position + 1 };
  if (position + 1 >= pattern.length)
    throw new LuaPatternError("malformed pattern (ends with '%')");
  return { set: setOf(classTest(pattern.charAt(position + 1))), next: position + 2 };
}

function readBrackets(pattern: string, start: number): ReadSet {
  const isNegated = pattern.charAt(start + 1) === '^';
  const first = isNegated ? start + 2 : start + 1;
  const end = closingBracket(pattern, first);
  const tests: ((char: string) => boolean)[] = [];
  for (let at = first; at < end; at++) {
    const char = pattern.charAt(at);
    if (char === '%') tests.push(classTest(pattern.charAt(++at)));
    else if (pattern.charAt(at + 1) === '-' && at + 2 < end) {
      const last = pattern.charAt((at += 2));
      tests.push((other) => char <= other && other <= last);
    } else tests.push((other) => other === char);
  }
  return { set: setOf((char) => tests.some((test) => test(char)) !== isNegated), next: end + 1 };
}

/** A `]` right at the beginning stands for itself. */
function closingBracket(pattern: string, first: number): number {
  let at = first;
  do {
    if (at >= pattern.length) throw new LuaPatternError("malformed pattern (missing ']')");
    const isEscape = pattern.charAt(at) === '%' && at + 1 < pattern.length;
    at += isEscape ? 2 : 1;
  } while (pattern.charAt(at) !== ']');
  return at;
}

/** A letter of a class in upper case is everything else; any other character is itself. */
function classTest(name: string): (char: string) => boolean {
  const members = CLASSES[name.toLowerCase()];
  if (members === undefined) return (char) => char === name;
  const isMember = name === name.toLowerCase();
  return (char) => members.test(char) === isMember;
}

function setOf(test: (char: string) => boolean): CharacterSet {
  return Uint8Array.from({ length: 256 }, (_, code) => (test(String.fromCharCode(code)) ? 1 : 0));
}
