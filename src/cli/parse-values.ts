const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  k: 1024,
  kib: 1024,
  kb: 1000,
  m: 1024 ** 2,
  mib: 1024 ** 2,
  mb: 1000 ** 2,
  g: 1024 ** 3,
  gib: 1024 ** 3,
  gb: 1000 ** 3,
};

/** Reads `1048576`, `64MiB`, `64M`, `10MB`: a number of bytes. @throws Error with the reason */
export function parseByteSize(text: string): number {
  const match = /^(\d{1,15})\s*([a-z]*)$/i.exec(text.trim());
  const factor = UNITS[(match?.[2] ?? '?').toLowerCase()];
  const bytes = Number(match?.[1]) * (factor ?? NaN);
  if (Number.isSafeInteger(bytes) && bytes > 0) return bytes;
  throw new Error(`${JSON.stringify(text)} is no size; write 64MiB or a number of bytes.`);
}

/** Reads a whole number of at least one. @throws Error with the reason */
export function parseCount(text: string): number {
  const value = Number(text);
  if (/^\d{1,9}$/.test(text) && value > 0) return value;
  throw new Error(`${JSON.stringify(text)} is no whole number above zero.`);
}

/** Reads `key=value`. @throws Error with the reason */
export function parseAnnotation(text: string): Record<string, string> {
  const equals = text.indexOf('=');
  if (equals < 1) throw new Error(`${JSON.stringify(text)} is not key=value.`);
  return { [text.slice(0, equals)]: text.slice(equals + 1) };
}

/**
 * Reads SOURCE_DATE_EPOCH (reproducible-builds.org): whole seconds since 1970.
 * @throws Error with the reason
 */
export function parseSourceDateEpoch(text: string): Date {
  if (/^\d{1,11}$/.test(text)) return new Date(Number(text) * 1000);
  throw new Error(`SOURCE_DATE_EPOCH=${JSON.stringify(text)} is no number of seconds.`);
}

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/;

/** Reads a time of ISO 8601 with its zone, such as 2026-01-31T22:00:00Z. @throws Error with the reason */
export function parseTime(text: string): Date {
  const time = new Date(TIME.test(text) ? text : NaN);
  if (!Number.isNaN(time.getTime())) return time;
  throw new Error(`${JSON.stringify(text)} is no time with its zone; write 2026-01-31T22:00:00Z.`);
}
