import { readdirSync, readFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The address this machine fetches Debian bookworm from, so that newer releases come through the
 * same mirror; undefined on a machine that is not Debian bookworm. Reads both formats of
 * sources.list(5).
 */
export function debianMirror(directory = '/etc/apt') {
  const parts = join(directory, 'sources.list.d');
  const files = [
    join(directory, 'sources.list'),
    ...(existsSync(parts) ? readdirSync(parts).map((name) => join(parts, name)) : []),
  ].filter((file) => /\.(list|sources)$/.test(file) && existsSync(file));
  for (const file of files) {
    const text = readFileSync(file, 'utf8').replace(/^\s*#.*\n?/gm, '');
    const mirror = file.endsWith('.list') ? fromLines(text) : fromStanzas(text);
    if (mirror !== undefined) return mirror;
  }
  return undefined;
}

/** `deb [options] ADDRESS SUITE COMPONENT…`, one a line. */
function fromLines(text) {
  return /^\s*deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+bookworm\s/m.exec(text)?.[1];
}

/** Stanzas of `Field: value` (deb822), divided by empty lines. */
function fromStanzas(text) {
  for (const stanza of text.split(/\n\s*\n/)) {
    const field = (name) =>
      new RegExp(`^${name}:(.*)$`, 'im').exec(stanza)?.[1].trim().split(/\s+/) ?? [];
    if (field('Enabled')[0] === 'no') continue;
    if (field('Types').includes('deb') && field('Suites').includes('bookworm'))
      return field('URIs')[0];
  }
  return undefined;
}
