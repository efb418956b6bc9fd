import { formatText } from './format-text.ts';
import { replaceMatches } from './replace-matches.ts';
import { PatternMatcher, type PatternMatch, type StepBudget } from './pattern-matcher.ts';

/** A value that a string function takes or gives; texts have one character a byte. */
export type StringArgument = string | number | boolean | undefined | ReadonlyMap<string, string>;

export interface StringCall {
  readonly subject: string;
  readonly rest: readonly StringArgument[];
  readonly budget: StepBudget;
  /** No result may be longer; in bytes. */
  readonly maxLength: number;
}

/** What a string function gives back; `undefined` where that cannot be told. */
type StringFunction = (call: StringCall) => readonly (string | number | undefined)[] | undefined;

/** Functions of Lua's string library, by name (Lua 5.1 manual, 5.4). */
export const STRING_FUNCTIONS: ReadonlyMap<string, StringFunction> = new Map<
  string,
  StringFunction
>([
  ['find', (call) => search(call, 'find')],
  ['format', formatText],
  ['gsub', replaceMatches],
  ['len', ({ subject }) => [subject.length]],
  ['lower', ({ subject }) => [subject.replace(/[A-Z]/g, (char) => char.toLowerCase())]],
  ['match', (call) => search(call, 'match')],
  ['rep', repeat],
  ['reverse', ({ subject }) => [Array.from(subject).reverse().join('')]],
  ['sub', slice],
  ['upper', ({ subject }) => [subject.replace(/[a-z]/g, (char) => char.toUpperCase())]],
]);

function search(
  { subject, rest, budget }: StringCall,
  mode: 'find' | 'match',
): ReturnType<StringFunction> {
  const [pattern, init = 1, plain = false] = rest;
  if (typeof pattern !== 'string' || !isInteger(init)) return undefined;
  const start = Math.min(subject.length, Math.max(0, init < 0 ? subject.length + init : init - 1));
  if (mode === 'find' && (plain !== false || !/[$%(*+.?[^-]/.test(pattern))) {
    const found = subject.indexOf(pattern, start);
    return found < 0 ? [undefined] : [found + 1, found + pattern.length];
  }
  const match = firstMatch(new PatternMatcher(subject, pattern, budget), {
    start,
    isAnchored: pattern.startsWith('^'),
    last: subject.length,
  });
  if (match === undefined) return [undefined];
  const captures = Array.from({ length: match.captureCount }, (_, index) => match.capture(index));
  if (mode === 'find') return [match.start + 1, match.end, ...captures];
  return captures.length > 0 ? captures : [subject.slice(match.start, match.end)];
}

function firstMatch(
  matcher: PatternMatcher,
  { start, last, isAnchored }: { start: number; last: number; isAnchored: boolean },
): PatternMatch | undefined {
  if (isAnchored) return matcher.matchAt(start, 1);
  for (let at = start; at <= last; at++) {
    const match = matcher.matchAt(at, 0);
    if (match !== undefined) return match;
  }
  return undefined;
}

function repeat({ subject, rest, maxLength }: StringCall): ReturnType<StringFunction> {
  const [count, ...more] = rest;
  // LuaJIT's third argument, a separator, is not known to Lua 5.1.
  if (!isInteger(count) || more.length > 0 || subject.length * count > maxLength) return undefined;
  return [subject.repeat(Math.max(0, count))];
}

function slice({ subject, rest }: StringCall): ReturnType<StringFunction> {
  const [first, last = -1] = rest;
  if (!isInteger(first) || !isInteger(last)) return undefined;
  const from = first < 0 ? Math.max(0, subject.length + first) : Math.max(0, first - 1);
  const to = last < 0 ? subject.length + last + 1 : last;
  return [subject.slice(from, Math.max(from, to))];
}

function isInteger(value: StringArgument): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value);
}
