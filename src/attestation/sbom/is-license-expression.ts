/** Of the SPDX licence list, those that rocks are under; any other text is kept as a text. */
const KNOWN: ReadonlySet<string> = new Set([
  ...['Apache-2.0', 'MIT', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Zlib', 'Unlicense'],
  ...['MPL-2.0', 'EPL-2.0', 'CC0-1.0', 'BSL-1.0', 'Artistic-2.0', 'WTFPL'],
  ...['LGPL-2.1', 'LGPL-3.0', 'GPL-2.0', 'GPL-3.0', 'AGPL-3.0'].flatMap((name) => [
    `${name}-only`,
    `${name}-or-later`,
  ]),
]);

/** Whether a text is an SPDX licence expression of well-known licences (SPDX 2.3, annex D). */
export function isLicenseExpression(text: string): boolean {
  return text.split(/ (?:AND|OR) /).every((name) => KNOWN.has(name));
}
