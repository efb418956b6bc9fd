import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const OWN_MANIFEST = new URL('../../../package.json', import.meta.url);

/**
 * The command that runs kongcrate: a program that is there, or the package from npm, in a directory
 * of its own that the next step of the job finds again.
 */
export function provideKongcrate({ text }, environment) {
  if (text('program') !== '') return [text('program')];
  const version = text('version') || JSON.parse(readFileSync(OWN_MANIFEST, 'utf8')).version;
  // npm would also take a path, a URL or a git repository here.
  if (!/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/.test(version))
    throw new Error(`the input version is ${JSON.stringify(version)}: write one such as 1.2.3`);
  const directory = join(environment.RUNNER_TEMP ?? tmpdir(), `kongcrate-${version}`);
  const script = join(directory, 'node_modules/kongcrate/bin/kongcrate.js');
  if (!existsSync(script)) install(`kongcrate@${version}`, directory);
  return [process.execPath, script];
}

/** Not in the workspace: an .npmrc of what was checked out has no say in where kongcrate is from. */
function install(packageName, directory) {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'package.json'), '{ "private": true }\n');
  const quiet = ['--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'];
  try {
    execFileSync('npm', ['install', '--ignore-scripts', '--no-save', ...quiet, packageName], {
      cwd: directory,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  } catch (error) {
    throw new Error(`npm did not install ${packageName}: ${String(error.stderr ?? error.message)}`);
  }
}
