import { join } from 'node:path';
import type { ArchivedFile } from '../content/extraction-plan.ts';
import { sha256Of } from '../content/hash-source.ts';
import type { InstallablePlugin } from '../content/installable-plugin.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { checkDirectory } from './check-directory.ts';
import type { InstallRequest } from './check-requests.ts';
import { checkRocks } from './check-rocks.ts';
import { checkParent, takenError } from './check-targets.ts';
import { compareFiles } from './compare-files.ts';
import type { InstalledPlugin } from './install-outcome.ts';
import type { CheckedRoot } from './install-root.ts';
import { lookAt } from './look-at.ts';
import { directoriesOf, pluginDirectory, statePath } from './node-paths.ts';
import { linksOfPlugin } from './plugin-paths.ts';

/** What comes into place by one rename: a plugin's directory, or a file beside it. */
export interface CopyUnit {
  /** Relative to the Lua root. */
  readonly path: string;
  readonly isDirectory: boolean;
  readonly files: readonly ArchivedFile[];
}

export interface CopyPlan {
  /** What is still to be written. */
  readonly units: readonly CopyUnit[];
  readonly plugins: readonly InstalledPlugin[];
}

/**
 * Decides what is to be copied, and refuses what it must not touch. Reads only.
 * @throws KongcrateError USAGE, NOT_OURS
 */
export function planCopy(root: CheckedRoot, requests: readonly InstallRequest[]): CopyPlan {
  refuseGenerations(root);
  const planned = requests.map(({ subject, plugin }) => ({
    plugin,
    digest: subject.reference.descriptor.digest,
    units: unitsOf(plugin),
  }));
  const paths = planned.flatMap(({ units }) => units.map(({ path }) => path));
  checkRocks(root.path, paths);
  for (const directory of directoriesOf(paths)) {
    checkDirectory(join(root.path, directory));
    checkParent(root.path, directory, (path) => paths.includes(path));
  }
  const steps = planned.map(({ units, ...step }) => ({
    ...step,
    missing: units.filter((unit) => isMissing(root.path, step.plugin.name, unit)),
  }));
  return {
    units: steps.flatMap(({ missing }) => missing),
    plugins: steps.map(({ plugin: { name, version }, digest, missing }) => ({
      name,
      ...(version === undefined ? {} : { version }),
      digest,
      state: missing.length === 0 ? 'unchanged' : 'installed',
    })),
  };
}

/** Two ways of installing would each take the other's work for somebody else's. */
function refuseGenerations(root: CheckedRoot): void {
  if (!lookAt(statePath(root.path, 'current'))) return;
  throw new KongcrateError('USAGE', `${root.path} holds generations, and --copy keeps none`, {
    remedy: 'Leave out --copy, or give another --lua-root.',
  });
}

function unitsOf({ name, files }: InstallablePlugin): readonly CopyUnit[] {
  const directory = pluginDirectory(name);
  const paths = files.map(({ path }) => path);
  return linksOfPlugin(name, paths).map((path) => ({
    path,
    isDirectory: path === directory,
    files: files.filter((file) => file.path === path || file.path.startsWith(`${path}/`)),
  }));
}

/** @throws KongcrateError NOT_OURS where anything stands but the very same files */
function isMissing(root: string, name: string, { path, files }: CopyUnit): boolean {
  if (!lookAt(join(root, path))) return true;
  const expected = files.map(({ path: file, bytes }) => ({
    path: file,
    size: bytes.length,
    sha256: sha256Of(bytes),
  }));
  const drift = compareFiles(root, { name, files: expected });
  // Modes are not bytes: a build may have copied the tree under another umask.
  if (drift.every(({ problem }) => problem === 'mode')) return false;
  throw takenError(
    join(root, path),
    'Nothing is overwritten: remove it, or give an empty --lua-root.',
  );
}
