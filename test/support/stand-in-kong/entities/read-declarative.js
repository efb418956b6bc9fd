import { readFile } from 'node:fs/promises';

/** Reads a text as JSON where it is, else as YAML. */
export async function parseDeclarative(text) {
  if (/^\s*[{[]/.test(text)) return JSON.parse(text);
  const { parse } = await import('yaml');
  return parse(text);
}

/** Reads a declarative configuration file. */
export async function readDeclarative(file) {
  return parseDeclarative(await readFile(file, 'utf8'));
}
