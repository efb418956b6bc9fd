/**
 * Builds dist/: the command line and the library with everything they need inside, the types, and
 * the licences of what was taken in. The published package has no dependencies.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { packChunks } from './support/pack-chunks.js';
import { runCommand } from './support/run-command.js';
import { runScript } from './support/run-script.js';
import { withoutChildProcess } from './support/without-child-process.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = join(ROOT, 'dist');

const COMMON = {
  absWorkingDir: ROOT,
  outdir: DIST,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // Names stay whole, for traces.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  // fetch-blob asks for it where Node.js has no streams of the web, which all since 18 have.
  external: ['web-streams-polyfill'],
  metafile: true,
  plugins: [withoutChildProcess],
  logLevel: 'warning',
};

/** @returns {Promise<string[]>} the files that went into the bundles, relative to the root */
async function bundle() {
  const library = await build({
    ...COMMON,
    entryPoints: { index: 'src/index.ts' },
    chunkNames: 'chunks/[name]-[hash]',
    // CommonJS packages inside an ES module still call require for Node's own modules.
    banner: {
      js: `import { createRequire as createBundleRequire } from 'node:module';\nconst require = createBundleRequire(import.meta.url);`,
    },
  });
  const cli = await build({
    ...COMMON,
    entryPoints: { cli: 'src/cli/main.ts' },
    chunkNames: '[name]-[hash]',
    write: false,
  });
  const directory = join(DIST, 'cli');
  mkdirSync(directory);
  await packChunks(cli, directory);
  return [library, cli].flatMap(({ metafile }) => Object.keys(metafile.inputs));
}

/** The directories of the packages that `inputs` lie in, sorted. */
function packagesOf(inputs) {
  const directories = inputs.flatMap(
    (input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? [],
  );
  return [...new Set(directories)].sort();
}

/** Some packages print the whole text at the end of their README instead. */
function licenceInReadme(place) {
  const readme = readdirSync(place).find((file) => /^readme/i.test(file));
  const text = readme === undefined ? '' : readFileSync(join(place, readme), 'utf8');
  const [, licence] =
    /^#*\s*licen[cs]e\s*\n(?:[-=]+\n)?([\s\S]*Permission is hereby granted[\s\S]*)$/im.exec(text) ??
    [];
  return licence === undefined ? [] : [licence.trim()];
}

function readPackage(directory) {
  return JSON.parse(readFileSync(join(ROOT, directory, 'package.json'), 'utf8'));
}

function licenceFiles(directory) {
  const place = join(ROOT, directory);
  const files = readdirSync(place).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file));
  return files.map((file) => readFileSync(join(place, file), 'utf8').trim());
}

/** Of packages from one repository under one licence, some forget the text (@sigstore/verify). */
function licenceOfSibling({ license, repository }, directories) {
  const sibling = directories.find((directory) => {
    const other = readPackage(directory);
    const isOfSameSource = other.repository?.url === repository?.url && other.license === license;
    return isOfSameSource && licenceFiles(directory).length > 0;
  });
  return sibling === undefined ? [] : licenceFiles(sibling);
}

function licenceOf(directory, directories) {
  const place = join(ROOT, directory);
  const described = readPackage(directory);
  const { name, version, license } = described;
  const texts = licenceFiles(directory);
  if (texts.length === 0) texts.push(...licenceInReadme(place));
  if (texts.length === 0) texts.push(...licenceOfSibling(described, directories));
  if (texts.length === 0)
    throw new Error(
      `${name} ${version} comes without a licence text, so it cannot be shipped: replace it`,
    );
  return `${name} ${version} (${license})\n\n${texts.join('\n\n')}\n`;
}

/** Keeps of dist/types what the public declarations lead to: the rest names bundled packages. */
function pruneTypes() {
  const kept = new Set();
  const visit = (file) => {
    if (kept.has(file)) return;
    kept.add(file);
    for (const [, path] of readFileSync(file, 'utf8').matchAll(/(?:from|import\()\s*'(\.[^']+)'/g))
      visit(join(dirname(file), path.replace(/\.[jt]s$/, '.d.ts')));
  };
  const types = join(DIST, 'types');
  visit(join(types, 'index.d.ts'));
  for (const file of readdirSync(types, { recursive: true, withFileTypes: true }))
    if (file.isFile() && !kept.has(join(file.parentPath, file.name)))
      rmSync(join(file.parentPath, file.name));
}

await runScript(async () => {
  rmSync(DIST, { recursive: true, force: true });
  const inputs = await bundle();
  const compiler = 'node_modules/typescript/bin/tsc';
  await runCommand(process.execPath, [compiler, '-p', 'tsconfig.build.json'], { cwd: ROOT });
  pruneTypes();
  const packages = packagesOf(inputs);
  const licences = packages.map((directory) => licenceOf(directory, packages));
  writeFileSync(join(DIST, 'THIRD-PARTY'), licences.join(`\n${'-'.repeat(80)}\n\n`));
});
