/**
 * Run by the Node.js that goes into an executable: wraps the files of dist/cli, runs what nodes run
 * on a sample that cosign signed, and writes V8's code of the functions that this took beside the
 * files (NAME.cache). The files that it did not take are deflated (NAME.deflated), for the size of
 * the executable.
 *
 *   node compile-files.js SOURCE TARGET SAMPLE KEY (flags: see make-blob.js)
 */
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';
import { deflateRawSync } from 'node:zlib';
import { createRequire, wrap } from './load-files.js';

const [source, target, sample, key] = process.argv.slice(2);
const scripts = new Map();

function readWrapped(name) {
  const text = readFileSync(join(source, name), 'utf8');
  if (/[^\x00-\xff]/.test(text)) throw new Error(`${name} is not Latin-1`);
  return wrap(text);
}

/** One script for all runs: its code is that of every function that one of them called. */
function compile(name) {
  const script = scripts.get(name) ?? new Script(readWrapped(name), { filename: name });
  scripts.set(name, script);
  return script;
}

async function run(args) {
  process.argv = [process.execPath, 'kongcrate', ...args];
  createRequire(compile)('./cli.cjs');
  await once(process, 'beforeExit');
  // Or else Node.js ends here, with nothing left to do.
  await setImmediate();
  if (process.exitCode !== 0)
    throw new Error(`kongcrate ${args.join(' ')} ended with ${process.exitCode}`);
}

async function runAsNodesDo() {
  const place = mkdtempSync(join(tmpdir(), 'kongcrate-'));
  // Where root installs, Kong's workers have to be able to read.
  chmodSync(place, 0o755);
  const luaRoot = ['--lua-root', join(place, 'lua')];
  // Whatever runs on this machine is left alone.
  const noKong = ['--prefix', join(place, 'kong'), '--kong-conf', join(place, 'kong.conf')];
  try {
    await run(['--version']);
    await run(['version']);
    await run(['verify', sample, '--key', key]);
    await run(['install', sample, '--key', key, ...luaRoot, ...noKong]);
    await run(['status', ...luaRoot]);
  } finally {
    rmSync(place, { recursive: true });
  }
}

// V8 would drop code that was not used for a while. A cache is held against the flags, so all go back
// to what they are in the executable.
setFlagsFromString('--no-flush-bytecode');
await runAsNodesDo();
for (const flag of ['--flush-bytecode', '--min-semi-space-size=0', '--max-semi-space-size=0'])
  setFlagsFromString(flag);
for (const file of readdirSync(source)) {
  const name = `./${file}`;
  // Main reads one byte a character, which takes less time and memory.
  const text = Buffer.from(readWrapped(name), 'latin1');
  const result = join(target, file);
  const script = scripts.get(name);
  writeFileSync(script ? result : `${result}.deflated`, script ? text : deflateRawSync(text));
  if (script) writeFileSync(`${result}.cache`, script.createCachedData());
}
