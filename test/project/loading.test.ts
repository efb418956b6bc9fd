import { build, type Metafile } from 'esbuild';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/** The command line, split as in the package. */
const { outputs } = (
  await build({
    absWorkingDir: fileURLToPath(new URL('../..', import.meta.url)),
    entryPoints: ['src/cli/main.ts'],
    outdir: 'dist',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    external: ['web-streams-polyfill'],
    metafile: true,
    write: false,
  })
).metafile;

/** Every chunk that a chunk loads by itself; what is imported on demand does not count. */
function loadedBy(path: string, seen = new Set<string>()): Set<string> {
  if (seen.has(path)) return seen;
  seen.add(path);
  for (const { path: next, kind, external } of outputs[path]?.imports ?? [])
    if (kind === 'import-statement' && external !== true) loadedBy(next, seen);
  return seen;
}

/** The npm packages (commander aside, which all need) and modules of src that a command loads first. */
function sourcesOf(command: string): readonly string[] {
  const isStart = ([, { entryPoint }]: [string, Metafile['outputs'][string]]): boolean =>
    entryPoint === `src/cli/commands/${command}.ts`;
  const [start = ''] = Object.entries(outputs).find(isStart) ?? [];
  const inputs = [...loadedBy(start)].flatMap((path) => Object.keys(outputs[path]?.inputs ?? {}));
  const names = inputs.flatMap((input) => {
    const [, name, source] =
      /^(?:node_modules\/((?:@[^/]+\/)?[^/]+)|(src\/[^/]+\/[^.]+))/.exec(input) ?? [];
    return name ?? source ?? [];
  });
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
