/**
 * The numeric parts Kong reads from a VERSION: the first run of digits and dots, at most three
 * parts (Kong 3.9.3, db/dao/plugins.lua `validate_version` over its `version` module).
 * `undefined` is a text that Kong refuses to load a plugin with.
 */
export function kongVersionParts(text: string): readonly number[] | undefined {
  const run = /[0-9.]+/.exec(text)?.[0];
  if (run === undefined) return undefined;
  // Kong drops one empty part at either end (`.1`, `1.`) and fails on one in between (`1..2`).
  const parts = run.replace(/^\./, '').replace(/\.$/, '').split('.');
  if (parts.includes('') || parts.length > 3) return undefined;
  return parts.map(Number);
}

/**
 * Compares two versions as Kong does: part by part, missing parts are 0.
 * @returns negative, 0 or positive; `undefined` when Kong cannot read one of them
 */
export function compareKongVersions(a: string, b: string): number | undefined {
  const left = kongVersionParts(a);
  const right = kongVersionParts(b);
  if (left === undefined || right === undefined) return undefined;
  for (const index of [0, 1, 2]) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
