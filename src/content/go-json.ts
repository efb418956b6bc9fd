/**
 * JSON as Go's encoding/json writes it: `<`, `>`, `&`, U+2028 and U+2029 escaped. Manifests and
 * payloads that must equal cosign's and crane's byte for byte go through here.
 */
export function goJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/**
 * An object's JSON text with keys in byte order, as Go writes maps. Built by hand because
 * JavaScript moves integer-like keys to the front.
 */
export function sortedJson(
  map: Readonly<Record<string, string>>,
  write: (value: unknown) => string,
): string {
  const keys = Object.keys(map).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return `{${keys.map((key) => `${write(key)}:${write(map[key])}`).join(',')}}`;
}
