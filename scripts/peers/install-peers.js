import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../support/run-command.js';
import { debianMirror } from './debian-mirror.js';

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** Installs packages of the machine's own release; package lists that are missing or old are renewed. */
export async function installPackages(packages) {
  if (process.getuid?.() !== 0) throw new Error('installing packages needs root');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const wait = ['-o', 'DPkg::Lock::Timeout=120'];
  const install = () =>
    runCommand('apt-get', [...wait, 'install', '-y', '--no-install-recommends', ...packages], {
      env,
    });
  try {
    await install();
  } catch {
    await runCommand('apt-get', [...wait, 'update'], { env });
    await install();
  }
}

/**
 * Unpacks packages below `directory` without installing anything: apt works on
 * directories of its own there, and trusts what Debian's archive keyring signs.
 * @param wanted [{name, package, release}]: package of release goes to directory/name
 */
export async function unpackPackages(wanted, directory) {
  const apt = aptIn(join(directory, 'apt'));
  await apt(['update']);
  for (const { name, package: packageName, release } of wanted) {
    const target = join(directory, name);
    rmSync(target, { recursive: true, force: true });
    mkdirSync(target, { recursive: true });
    await apt(['download', `${packageName}/${release}`], { cwd: target });
    const file = join(target, readdirSync(target)[0]);
    const shown = await runCommand('dpkg-deb', ['--show', '--showformat=${Version}', file]);
    await runCommand('dpkg', ['-x', file, target]);
    rmSync(file);
    writeFileSync(join(target, 'version'), shown.stdout);
  }
}

/** Unpacks bookworm's packages of another architecture into one `directory`, a root to run with. */
export async function unpackForeign(packages, architecture, directory) {
  const partial = `${directory}.partial`;
  rmSync(partial, { recursive: true, force: true });
  const downloads = join(partial, 'packages');
  mkdirSync(downloads, { recursive: true });
  const apt = aptIn(join(partial, 'apt'), [
    `APT::Architecture=${architecture}`,
    `APT::Architectures=${architecture}`,
  ]);
  await apt(['update']);
  await apt(['download', ...packages.map((name) => `${name}/bookworm`)], { cwd: downloads });
  for (const file of readdirSync(downloads))
    await runCommand('dpkg', ['-x', join(downloads, file), join(partial, 'root')]);
  renameSync(join(partial, 'root'), directory);
  rmSync(partial, { recursive: true });
}

/** An `apt-get` that knows Debian bookworm, trixie and sid, and touches nothing outside `directory`. */
function aptIn(directory, options = []) {
  const mirror = debianMirror();
  if (mirror === undefined) throw new Error('the apt sources name no Debian bookworm');
  const sources = join(directory, 'sources.list');
  const place = [
    `Dir::State=${join(directory, 'state')}`,
    `Dir::Cache=${join(directory, 'cache')}`,
    `Dir::Etc::sourcelist=${sources}`,
    'Dir::Etc::sourceparts=-',
    'Acquire::Languages=none',
    ...options,
  ].flatMap((option) => ['-o', option]);
  mkdirSync(join(directory, 'state', 'lists', 'partial'), { recursive: true });
  mkdirSync(join(directory, 'cache', 'archives', 'partial'), { recursive: true });
  const lines = ['bookworm', 'trixie', 'sid'].map(
    (release) => `deb [signed-by=${KEYRING}] ${mirror} ${release} main\n`,
  );
  writeFileSync(sources, lines.join(''));
  return (args, settings) => runCommand('apt-get', [...place, ...args], settings);
}

/** Installs one npm package into a directory of its own; package.json of the project stays as it is. */
export async function installNpmPackage(packageName, directory) {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(`${packageName} is a program for Linux on x64`);
  mkdirSync(directory, { recursive: true });
  const flags = ['--no-save', '--no-audit', '--no-fund', '--loglevel=error', '--prefix', directory];
  await runCommand('npm', ['install', ...flags, packageName]);
}
