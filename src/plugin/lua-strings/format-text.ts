import type { StringArgument, StringCall } from './string-functions.ts';

const DIRECTIVE = /%(?:%|([-0]*)(\d{0,2})(?:\.(\d{0,2}))?([A-Za-z]?))/g;

/** `string.format` with texts and whole numbers; anything else cannot be told. */
export function formatText({
  subject,
  rest,
  maxLength,
}: StringCall): readonly [string] | undefined {
  const given = [...rest];
  const unknown: string[] = [];
  const text = subject.replace(DIRECTIVE, (whole, ...parts: (string | undefined)[]) => {
    if (whole === '%%') return '%';
    const [flags = '', width = '', precision, letter = ''] = parts;
    const converted = convert(given.shift(), letter, precision);
    if (converted === undefined) unknown.push(whole);
    return pad(converted ?? '', { flags, width: Number(width), letter });
  });
  return unknown.length > 0 || text.length > maxLength ? undefined : [text];
}

function convert(
  value: StringArgument,
  letter: string,
  precision: string | undefined,
): string | undefined {
  const isWhole = typeof value === 'number' && Number.isSafeInteger(value) && !Object.is(value, -0);
  if (letter === 's' && (typeof value === 'string' || isWhole))
    return precision === undefined ? String(value) : String(value).slice(0, Number(precision));
  if (!isWhole || precision !== undefined) return undefined;
  if (letter === 'd' || letter === 'i') return String(value);
  if (value < 0) return undefined;
  if (letter === 'x') return value.toString(16);
  return letter === 'X' ? value.toString(16).toUpperCase() : undefined;
}

function pad(
  text: string,
  { flags, width, letter }: { flags: string; width: number; letter: string },
): string {
  if (flags.includes('-')) return text.padEnd(width);
  if (!flags.includes('0') || letter === 's') return text.padStart(width);
  const sign = text.startsWith('-') ? '-' : '';
  return sign + text.slice(sign.length).padStart(width - sign.length, '0');
}
