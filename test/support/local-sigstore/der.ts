/** Writers of the few ASN.1 types that certificates and timestamps are made of (X.690, DER). */

/** One value: its tag's byte, its length, and what it holds. */
export function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const value = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag]), lengthOf(value.length), value]);
}

export const sequence = (...parts: readonly Uint8Array[]): Buffer => der(0x30, ...parts);

/** X.690 11.6: the members of a SET OF stand in the order of their bytes. */
export const set = (...parts: readonly Uint8Array[]): Buffer =>
  der(0x31, ...parts.toSorted((one, other) => Buffer.compare(one, other)));

export const octets = (value: Uint8Array): Buffer => der(0x04, value);
export const text = (value: string): Buffer => der(0x0c, Buffer.from(value));
export const truth = (): Buffer => der(0x01, Buffer.from([0xff]));

/** A constructed `[number]`; a primitive one is `der(0x80 + number, …)`. */
export const tagged = (number: number, ...parts: readonly Uint8Array[]): Buffer =>
  der(0xa0 + number, ...parts);

/** A whole number that is not negative, from its bytes. */
export function integer(bytes: Uint8Array): Buffer {
  const isHigh = ((bytes[0] ?? 0) & 0x80) !== 0;
  return isHigh ? der(0x02, Buffer.from([0]), bytes) : der(0x02, bytes);
}

export const smallInteger = (value: number): Buffer => integer(Buffer.from([value]));

export const bits = (value: Uint8Array, unusedBits = 0): Buffer =>
  der(0x03, Buffer.from([unusedBits]), value);

export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return der(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

/** GeneralizedTime with whole seconds: some readers take three digits after the point or none. */
export function time(value: Date): Buffer {
  const digits = value.toISOString().replaceAll(/[-:T]|\..*/g, '');
  return der(0x18, Buffer.from(`${digits}Z`));
}

/** RFC 5280, 4.1.2.5: a certificate's time up to 2049 is a UTCTime. */
export function certificateTime(value: Date): Buffer {
  const digits = value.toISOString().replaceAll(/^..|[-:T]|\..*/g, '');
  return der(0x17, Buffer.from(`${digits}Z`));
}

function base128(value: number): number[] {
  const digits = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128))
    digits.unshift((rest % 128) + 128);
  return digits;
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const bytes = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.from(bytes);
}
