import { type CharacterSet, readCharacterSet } from './character-set.ts';
import { LuaPatternError } from './lua-pattern-error.ts';

/** One item of a Lua pattern; `next` is where the pattern goes on behind it. */
export type PatternItem =
  | { readonly kind: 'end'; readonly next: number }
  | { readonly kind: 'end-anchor'; readonly next: number }
  | { readonly kind: 'close'; readonly next: number }
  | { readonly kind: 'open'; readonly isPosition: boolean; readonly next: number }
  | { readonly kind: 'balance'; readonly pair: string; readonly next: number }
  | { readonly kind: 'frontier'; readonly set: CharacterSet; readonly next: number }
  /** `index` counts from 0, so that `%0` is -1. */
  | { readonly kind: 'back-reference'; readonly index: number; readonly next: number }
  | {
      readonly kind: 'single';
      readonly set: CharacterSet;
      readonly repeat: '' | '?' | '*' | '+' | '-';
      readonly next: number;
    };

const REPEATS: ReadonlySet<string> = new Set(['?', '*', '+', '-']);

/**
 * Reads the item of a Lua pattern at a position (Lua 5.1 manual, 5.4.1 "Pattern Item").
 * @throws LuaPatternError
 */
export function readPatternItem(pattern: string, position: number): PatternItem {
  const isLast = position === pattern.length - 1;
  const [first = '', second = ''] = pattern.slice(position, position + 2);
  if (first === '') return { kind: 'end', next: position };
  if (first === '(') {
    const isPosition = second === ')';
    return { kind: 'open', isPosition, next: position + (isPosition ? 2 : 1) };
  }
  if (first === ')') return { kind: 'close', next: position + 1 };
  if (first === '$' && isLast) return { kind: 'end-anchor', next: position + 1 };
  return (
    (first === '%' ? readEscape(pattern, position) : undefined) ?? readSingle(pattern, position)
  );
}

function readEscape(pattern: string, position: number): PatternItem | undefined {
  const name = pattern.charAt(position + 1);
  const next = position + 2;
  if (/[0-9]/.test(name)) return { kind: 'back-reference', index: Number(name) - 1, next };
  if (name === 'b') return readBalance(pattern, next);
  return name === 'f' ? readFrontier(pattern, next) : undefined;
}

function readBalance(pattern: string, position: number): PatternItem {
  const next = position + 2;
  if (next > pattern.length) throw new LuaPatternError('unbalanced pattern');
  return { kind: 'balance', pair: pattern.slice(position, next), next };
}

function readFrontier(pattern: string, position: number): PatternItem {
  if (pattern.charAt(position) !== '[')
    throw new LuaPatternError("missing '[' after '%f' in pattern");
  return { kind: 'frontier', ...readCharacterSet(pattern, position) };
}

function readSingle(pattern: string, position: number): PatternItem {
  const { set, next } = readCharacterSet(pattern, position);
  const repeat = pattern.charAt(next);
  if (!isRepeat(repeat)) return { kind: 'single', set, repeat: '', next };
  return { kind: 'single', set, repeat, next: next + 1 };
}

function isRepeat(text: string): text is '?' | '*' | '+' | '-' {
  return REPEATS.has(text);
}
