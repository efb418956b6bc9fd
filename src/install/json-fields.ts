import { isDigest, type Digest } from '../reference/digest.ts';

/** A JSON object that was read from a file; what its keys hold is still unknown. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function textOf(object: JsonObject, key: string): string {
  const value = object[key];
  if (typeof value === 'string') return value;
  throw new Error(`has no text in ${key}`);
}

export function digestIn(object: JsonObject, key: string): Digest {
  const value = object[key];
  if (isDigest(value)) return value;
  throw new Error(`has no digest in ${key}`);
}

export function countOf(value: unknown, key: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new Error(`has no whole number in ${key}`);
}

export function oneOf<Word extends string>(
  value: unknown,
  words: readonly Word[],
  key: string,
): Word {
  const word = words.find((candidate) => candidate === value);
  if (word === undefined) throw new Error(`has ${JSON.stringify(value)} in ${key}`);
  return word;
}

export function listOf(value: unknown, key: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new Error(`has no list in ${key}`);
}

export function objectOf(value: unknown, key: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as JsonObject;
  throw new Error(`has no object in ${key}`);
}
