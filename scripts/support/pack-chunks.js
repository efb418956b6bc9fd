/**
 * Puts the chunks that esbuild splits the command line into (a shared module makes one for each set
 * of commands that share it) into a few CommonJS files, so that a command has few to find and read.
 * A chunk still runs only when it is asked for.
 */
import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { transform } from 'esbuild';

/** Files by what they are loaded for; a chunk goes into the first one whose entry needs it. */
const FILES = new Map([
  ['cli', 'src/cli/main.ts'],
  ['program', 'src/cli/run-command-line.ts'],
  ['state', 'src/cli/commands/status.ts'],
  ['verify', 'src/cli/commands/verify.ts'],
  ['registry', 'src/registry/registry-store.ts'],
  ['install', 'src/cli/commands/install.ts'],
  ['publish', 'src/cli/commands/publish.ts'],
]);

/** Gives each chunk what it requires: another chunk, or a module of Node.js. */
const LOADER = `
const loaded = new Map();
function load(id) {
  if (!id.startsWith('./')) return require(id);
  const known = loaded.get(id);
  if (known) return known.exports;
  const module = { exports: {} };
  loaded.set(id, module);
  const file = files[id] ?? id.slice(2, -3);
  const chunk = file === 'cli' ? chunks[id] : require('./' + file + '.cjs')[id];
  chunk(module.exports, load, module);
  return module.exports;
}
load('./cli.js');
`;

/**
 * @param {import('esbuild').BuildResult<{ metafile: true, write: false }>} built ES modules, split
 * @param {string} directory where the files are written; `cli.cjs` is the one to start
 */
export async function packChunks({ metafile: { outputs }, outputFiles }, directory) {
  const fileOf = assignChunks(outputs);
  const texts = new Map();
  for (const { path, text } of outputFiles) {
    const id = idOf(path);
    const file = fileOf.get(id) ?? id.slice(2, -3);
    const member = `${JSON.stringify(id)}(exports, require, module) {\n${await asCommonJs(text)}}`;
    texts.set(file, [...(texts.get(file) ?? []), member]);
  }
  for (const [file, members] of texts) {
    const chunks = `{\n${members.join(',\n')}\n}`;
    const isStart = file === 'cli';
    const files = JSON.stringify(Object.fromEntries(fileOf));
    writeFileSync(
      join(directory, `${file}.cjs`),
      isStart
        ? `'use strict';\nconst files = ${files};\nconst chunks = ${chunks};${LOADER}`
        : `'use strict';\nmodule.exports = ${chunks};\n`,
    );
  }
}

/** @returns {Map<string, string>} chunks by the file that they go into; the others stay alone */
function assignChunks(outputs) {
  const fileOf = new Map();
  for (const [file, entry] of FILES) {
    const path = Object.keys(outputs).find((output) => outputs[output].entryPoint === entry);
    if (path === undefined) throw new Error(`no chunk begins with ${entry}: see pack-chunks.js`);
    for (const id of chunksOf(path, outputs)) if (!fileOf.has(id)) fileOf.set(id, file);
  }
  return fileOf;
}

/** What runs before the chunk at `path` does, and that chunk. */
function chunksOf(path, outputs) {
  const paths = new Set([path]);
  for (const each of paths)
    for (const { path: next, kind, external } of outputs[each].imports)
      if (kind === 'import-statement' && !external) paths.add(next);
  return [...paths].map(idOf);
}

const idOf = (path) => `./${basename(path)}`;

async function asCommonJs(text) {
  const { code } = await transform(text, {
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    minifyWhitespace: true,
    minifySyntax: true,
    // A chunk that is loaded later is required then: no ES module loader is started for it.
    supported: { 'dynamic-import': false },
  });
  return code;
}
