/**
 * Checks what would be published: the packed tarball's files and declarations, and that it
 * installs into an empty directory and runs.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from './support/run-command.js';
import { runScript } from './support/run-script.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CONTENTS = [
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'SECURITY.md',
  'bin',
  'dist',
  'package.json',
];
/** Code, declarations, licences: no sources, tests, source maps or samples. */
const KINDS = [
  /^(CHANGELOG|README|SECURITY)\.md$/,
  /^(LICENSE|package\.json)$/,
  /^bin\/(kongcrate\.js|package\.json)$/,
  /^dist\/(THIRD-PARTY|index\.js|chunks\/[\w-]+\.js|cli\/[\w-]+\.cjs)$/,
  /^dist\/types\/[\w/-]+\.d\.ts$/,
];

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

function demand(condition, message) {
  if (!condition) throw new Error(message);
}

function checkManifest() {
  for (const field of ['dependencies', 'peerDependencies', 'optionalDependencies'])
    demand(!(field in manifest), `package.json has ${field}: everything is bundled instead`);
}

function checkContents({ files }) {
  const names = [...new Set(files.map(({ path }) => path.split('/')[0]))].sort();
  demand(
    names.join() === CONTENTS.join(),
    `the package holds ${names.join(', ')}; it should hold ${CONTENTS.join(', ')}`,
  );
}

/** Nothing else comes along, and nothing tells where it was built. */
function checkFiles({ files }) {
  for (const { path } of files) {
    demand(
      KINDS.some((kind) => kind.test(path)),
      `the package holds ${path}, which is of no kind that belongs into it`,
    );
    const text = readFileSync(join(ROOT, path), 'utf8');
    demand(!text.includes(ROOT), `${path} names ${ROOT}`);
    demand(!/^\/\/# sourceMappingURL=/m.test(text), `${path} names a source map`);
  }
}

/** Declarations that name a bundled package's types would not compile where it is installed. */
function checkDeclarations() {
  const types = join(ROOT, 'dist', 'types');
  for (const file of readdirSync(types, { recursive: true })) {
    if (!file.endsWith('.d.ts')) continue;
    const text = readFileSync(join(types, file), 'utf8');
    for (const [, module] of text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g))
      demand(/^(\.|node:)/.test(module), `dist/types/${file} names a type of ${module}`);
  }
}

/** In an empty directory without a network, which a package with no dependencies does not need. */
async function checkInstalled(tarball, directory) {
  mkdirSync(directory);
  writeFileSync(join(directory, 'package.json'), '{ "private": true }\n');
  const flags = ['--offline', '--no-audit', '--no-fund', '--loglevel=error'];
  await runCommand('npm', ['install', ...flags, tarball], { cwd: directory });
  const program = join(directory, 'node_modules', '.bin', 'kongcrate');
  const { stdout } = await runCommand(program, ['version'], { cwd: directory });
  demand(stdout.includes(manifest.version), `kongcrate version printed ${JSON.stringify(stdout)}`);
}

async function checkPackage(directory) {
  checkManifest();
  const flags = ['--json', '--ignore-scripts', '--pack-destination', directory];
  const { stdout } = await runCommand('npm', ['pack', ...flags], { cwd: ROOT });
  const [packed] = JSON.parse(stdout);
  const tarball = join(directory, packed.filename);
  checkContents(packed);
  checkFiles(packed);
  checkDeclarations();
  const tool = (name) => join(ROOT, 'node_modules', '.bin', name);
  await runCommand(tool('publint'), ['--strict', tarball]);
  await runCommand(tool('attw'), [tarball, '--profile', 'esm-only', '--no-emoji']);
  await checkInstalled(tarball, join(directory, 'installed'));
  process.stdout.write(
    `package: ${packed.entryCount} files, ${packed.unpackedSize} bytes, all checks pass\n`,
  );
}

const directory = mkdtempSync(join(tmpdir(), 'kongcrate-package-'));
try {
  await runScript(() => checkPackage(directory));
} finally {
  rmSync(directory, { recursive: true, force: true });
}
