import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { runCommand } from '../support/run-command.js';

/**
 * All builds give the same bytes: V8 draws the hashes of strings from the seed, and what it writes of
 * a function depends on when garbage was collected, which never happens with this much room.
 */
const FLAGS = ['--random-seed=1', '--min-semi-space-size=128', '--max-semi-space-size=128'];

/**
 * Makes what goes into a Node.js: the main script, the files of dist/cli, and V8's code of what
 * nodes run.
 * @param root of the project
 * @param directory an empty one to work in
 * @param node how to start the Node.js that it is for, as program and arguments: code and blob have
 *   formats of its own
 * @returns {Promise<string>} the file
 */
export async function makeBlob(root, directory, [program, ...prefix]) {
  const files = join(directory, 'files');
  mkdirSync(files);
  const samples = join(root, 'testdata/cosign');
  const run = (...args) =>
    // What the builder has set must not decide what is compiled.
    runCommand(program, [...prefix, ...FLAGS, ...args], { cwd: directory, env: {} });
  await run(
    ...[join(root, 'scripts/executable/compile-files.js'), join(root, 'dist/cli'), files],
    `oci-layout:${join(samples, '07-attest-etc/save-both-v3')}`,
    join(samples, '03-keys/v3.cosign.pub'),
  );
  await bundleMain(root, join(directory, 'main.cjs'));
  writeFileSync(join(directory, 'sea.json'), JSON.stringify(configurationOf(files)));
  await run('--experimental-sea-config', 'sea.json');
  return join(directory, 'blob');
}

function bundleMain(root, outfile) {
  return build({
    absWorkingDir: root,
    entryPoints: ['scripts/executable/main.js'],
    outfile,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node24',
  });
}

/** Paths are relative: the blob holds that of the main script. */
function configurationOf(files) {
  return {
    main: 'main.cjs',
    output: 'blob',
    disableExperimentalSEAWarning: true,
    // A node runs this as root: NODE_OPTIONS must not load code into it.
    execArgvExtension: 'none',
    assets: Object.fromEntries(
      readdirSync(files)
        .sort()
        .map((name) => [`./${name}`, `files/${name}`]),
    ),
  };
}
