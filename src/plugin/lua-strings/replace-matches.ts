import { PatternMatcher, type PatternMatch } from './pattern-matcher.ts';
import type { StringArgument, StringCall } from './string-functions.ts';

/** `string.gsub` with a text or a table to replace by: the new text, and how often it replaced. */
export function replaceMatches({
  subject,
  rest,
  budget,
  maxLength,
}: StringCall): readonly [string, number] | undefined {
  const [pattern, replacement, limit = subject.length + 1] = rest;
  if (typeof pattern !== 'string' || typeof limit !== 'number') return undefined;
  const replace = replacerFor(subject, replacement);
  if (replace === undefined) return undefined;
  const isAnchored = pattern.startsWith('^');
  const matcher = new PatternMatcher(subject, pattern, budget);
  let text = '';
  let count = 0;
  let at = 0;
  while (count < limit && text.length <= maxLength) {
    const match = matcher.matchAt(at, isAnchored ? 1 : 0);
    if (match !== undefined) {
      text += replace(match);
      count++;
    }
    if (match !== undefined && match.end > at) at = match.end;
    else if (at < subject.length) text += subject.charAt(at++);
    else break;
    if (isAnchored) break;
  }
  text += subject.slice(at);
  return text.length > maxLength ? undefined : [text, count];
}

function replacerFor(
  subject: string,
  replacement: StringArgument,
): ((match: PatternMatch) => string) | undefined {
  if (typeof replacement === 'string')
    return (match) =>
      replacement.replace(/%([^]?)/g, (_, name: string) => {
        if (!/[0-9]/.test(name)) return name === '' ? '\0' : name;
        return String(captureOf(subject, match, Number(name)));
      });
  if (typeof replacement !== 'object') return undefined;
  return (match) => {
    const key = captureOf(subject, match, 1);
    const found = typeof key === 'string' ? replacement.get(key) : undefined;
    return found ?? subject.slice(match.start, match.end);
  };
}

/** `%0` is the whole match, and so is `%1` where the pattern has no captures. */
function captureOf(subject: string, match: PatternMatch, name: number): string | number {
  if (name === 0 || (name === 1 && match.captureCount === 0))
    return subject.slice(match.start, match.end);
  return match.capture(name - 1);
}
