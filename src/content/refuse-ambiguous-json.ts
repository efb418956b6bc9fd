import { KongcrateError } from '../errors/kongcrate-error.ts';

interface Level {
  /** Keys of this object so far, folded unless it is a map. */
  readonly seen: Set<string>;
  /** Annotations, and what has no names: every key is data, so case matters. */
  readonly isMap: boolean;
}

/**
 * Refuses JSON that two readers understand differently: a key that stands in an object twice, or
 * that differs only in case from another or from a name the format defines. Go's decoder, which
 * registries, cosign and crane use, ignores case and takes the last; others take the first or the
 * exact one, so one digest would have two contents.
 * @param json text that `JSON.parse` accepts; the pass over it is linear
 * @param names the keys that the format defines; absent where every key is data, so that case matters
 * @throws KongcrateError CONTENT_INVALID
 */
export function refuseAmbiguousJson(json: string, names?: readonly string[]): void {
  const known = new Map((names ?? []).map((name) => [fold(name), name]));
  const levels: Level[] = [];
  let lastKey = '';
  for (let at = 0; at < json.length; at++) {
    const character = json[at];
    if (character === '{')
      levels.push({ seen: new Set(), isMap: names === undefined || lastKey === 'annotations' });
    if (character === '}') levels.pop();
    if (character === '"') {
      const end = endOfString(json, at);
      const level = levels.at(-1);
      if (level !== undefined && isKey(json, end)) {
        lastKey = JSON.parse(json.slice(at, end)) as string;
        checkKey(lastKey, level, known);
      }
      at = end - 1;
    } else if (character !== undefined && '{}[],'.includes(character)) lastKey = '';
  }
}

function checkKey(key: string, { seen, isMap }: Level, known: ReadonlyMap<string, string>): void {
  const folded = isMap ? key : fold(key);
  const name = isMap ? undefined : known.get(folded);
  if (!seen.has(folded) && (name === undefined || name === key)) {
    seen.add(folded);
    return;
  }
  const why = seen.has(folded) ? 'stands there twice' : `is ${name ?? ''} to other readers`;
  throw new KongcrateError('CONTENT_INVALID', `the JSON key ${JSON.stringify(key)} ${why}`, {
    remedy: 'No tool writes such a document: do not use this artifact; publish it again.',
    details: { key },
  });
}

/** Behind the closing quote of the string that begins at `start`. */
function endOfString(json: string, start: number): number {
  let at = start + 1;
  while (json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
  return at + 1;
}

function isKey(json: string, end: number): boolean {
  let at = end;
  while (' \t\r\n'.includes(json[at] ?? '"')) at++;
  return json[at] === ':';
}

/** Go's encoding/json folds ſ to s and the Kelvin sign to k, too. */
function fold(key: string): string {
  return key.toUpperCase().toLowerCase();
}
