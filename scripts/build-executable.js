/**
 * Builds kongcrate-linux-ARCH and THIRD-PARTY out of dist/: the command line inside Node.js, for
 * machines that have none. Two builds give the same bytes.
 *
 *   node scripts/build-executable.js [--out DIRECTORY] [x64] [arm64]
 */
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { inject } from 'postject';
import { makeBlob } from './executable/make-blob.js';
import { ARCHITECTURES, prepareTarget } from './executable/targets.js';
import { runCommand } from './support/run-command.js';
import { runScript } from './support/run-script.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CACHE = join(ROOT, '.cache', 'executable');
/** Node.js looks for this text to know whether something was put into it. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/** LLVM's strip knows every architecture. */
async function strip(node, result) {
  try {
    await runCommand('llvm-strip', ['--version']);
  } catch {
    throw new Error(
      'llvm-strip is missing: install LLVM (Debian and Ubuntu: apt-get install llvm)',
    );
  }
  await runCommand('llvm-strip', ['-o', result, node]);
}

async function buildExecutable(architecture, directory) {
  const { node, licence, command } = await prepareTarget(architecture, CACHE);
  const work = join(CACHE, `${architecture}-build`);
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  const blob = readFileSync(await makeBlob(ROOT, work, command));
  const name = `kongcrate-linux-${architecture}`;
  const partial = join(directory, `${name}.partial`);
  // Before the blob goes in: it would not survive this.
  await strip(node, partial);
  await inject(partial, 'NODE_SEA_BLOB', blob, { sentinelFuse: FUSE });
  chmodSync(partial, 0o755);
  const bytes = readFileSync(partial);
  // Whole, and also where the last one is running.
  renameSync(partial, join(directory, name));
  // Node's licences and those of all that is bundled have to go wherever the executable goes.
  const licences = [licence, join(ROOT, 'dist/THIRD-PARTY')].map((file) => readFileSync(file));
  writeFileSync(join(directory, 'THIRD-PARTY'), licences.join(`\n${'='.repeat(80)}\n\n`));
  const digest = createHash('sha256').update(bytes).digest('hex');
  process.stdout.write(`${digest}  ${name}  ${bytes.length} bytes\n`);
}

await runScript(async () => {
  const { values, positionals } = parseArgs({
    options: { out: { type: 'string', default: join(ROOT, 'dist-executable') } },
    allowPositionals: true,
  });
  const unknown = positionals.find((name) => !ARCHITECTURES.includes(name));
  if (unknown !== undefined)
    throw new Error(`no executable for ${unknown}: choose from ${ARCHITECTURES.join(', ')}`);
  mkdirSync(values.out, { recursive: true });
  for (const architecture of positionals.length > 0 ? positionals : ARCHITECTURES)
    await buildExecutable(architecture, values.out);
});
