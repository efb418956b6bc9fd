import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const DIST = join(import.meta.dirname, '../../dist');
const CHUNKS = join(DIST, 'chunks');

/** Every chunk that a chunk loads by itself; what is imported on demand does not count. */
function loadedBy(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const text = readFileSync(file, 'utf8');
  for (const [, name = ''] of text.matchAll(
    /(?:^|\n)(?:import|\} from) ?"?(?:[^"\n]*from )?"\.\/([^"]+)"/g,
  ))
    loadedBy(join(CHUNKS, name), seen);
  return seen;
}

/** The npm packages (commander aside, which all need) and modules of src that a command loads first. */
function sourcesOf(command: string): readonly string[] {
  const start = readdirSync(CHUNKS).find((name) => name.startsWith(`${command}-`)) ?? '';
  const texts = [...loadedBy(join(CHUNKS, start))].map((file) => readFileSync(file, 'utf8'));
  const names = texts.flatMap((text) =>
    [...text.matchAll(/^\/\/ (?:node_modules\/((?:@[^/]+\/)?[^/]+)|(src\/[^/]+\/[^.\n]+))/gm)].map(
      ([, pkg, source]) => pkg ?? source ?? '',
    ),
  );
  return [...new Set(names)].filter((name) => name !== 'commander').sort();
}

/** DESIGN section 7: verify, pull and install never load the signing half, nor what only packs. */
describe('what a command loads before it starts', () => {
  it.each([
    ['version', []],
    ['status', []],
    ['verify', ['@sigstore/bundle', '@sigstore/core', '@sigstore/protobuf-specs']],
    ['install', ['@sigstore/bundle', '@sigstore/core', '@sigstore/protobuf-specs']],
    ['pull', ['@sigstore/bundle', '@sigstore/core', '@sigstore/protobuf-specs']],
    ['export', ['@sigstore/bundle', '@sigstore/core', '@sigstore/protobuf-specs']],
    ['unpack', []],
    ['lint', ['luaparse']],
  ])('%s: packages %j', (command, packages) => {
    const found = sourcesOf(command).filter((name) => !name.startsWith('src/'));
    expect(found).toEqual(packages);
  });

  it.each(['verify', 'install', 'pull', 'trust-root'])(
    '%s: neither expressions nor TUF, which are loaded when they are asked for',
    (command) => {
      const found = sourcesOf(command);
      for (const name of ['re2js', 'tuf-js', '@tufjs/models', '@sigstore/tuf'])
        expect(found).not.toContain(name);
    },
  );

  it.each(['publish', 'sign'])('%s: no OpenID client before somebody has to log in', (command) => {
    const found = sourcesOf(command);
    expect(found).toContain('src/signing/private-key');
    for (const name of ['openid-client', 'oauth4webapi', 'jose', 'src/sigstore/fulcio'])
      expect(found).not.toContain(name);
  });

  it.each(['verify', 'install', 'pull', 'export'])('%s: no code that signs or packs', (command) => {
    const found = sourcesOf(command);
    expect(found.length).toBeGreaterThan(10);
    for (const source of ['signing/sign-subject', 'signing/private-key', 'archive/encode-layer'])
      expect(found).not.toContain(`src/${source}`);
  });
});
