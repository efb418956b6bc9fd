import { execFileSync } from 'node:child_process';
import { peer } from './peers.ts';

const GIT_ARCHIVES = `
git init -q
git add -A
git -c user.name=t -c user.email=t@example.com commit -qm t
git archive -o git.tar HEAD
git archive -o git.tar.gz HEAD
`;

const PYTHON_ARCHIVES = `
import os, sys, tarfile
for form in sys.argv[1:]:
    with tarfile.open(f"python-{form}.tar", "w", format=getattr(tarfile, f"{form}_FORMAT")) as archive:
        for name in sorted(os.listdir("tree")):
            archive.add(os.path.join("tree", name), name)
`;

/**
 * Packs `tree/` below a directory with GNU tar, Python and git, in every format they have.
 * @param isShort whether all paths fit ustar; that format is left out otherwise
 * @returns the names of the archives
 */
export function writeWithOthers(directory: string, isShort: boolean): readonly string[] {
  const formats = isShort ? ['gnu', 'pax', 'ustar'] : ['gnu', 'pax'];
  const script = [
    'set -e',
    ...formats.map((format) => `"$TAR" --format=${format} -cf gnu-${format}.tar -C tree .`),
    '(cd tree && "$TAR" -czf ../gnu-names.tar.gz *)',
    `"$PYTHON" -c "$PYTHON_ARCHIVES" ${formats.join(' ').toUpperCase()}`,
    GIT_ARCHIVES,
  ].join('\n');
  execFileSync('sh', ['-c', script], {
    cwd: directory,
    env: {
      PATH: process.env['PATH'],
      TAR: peer('tar'),
      PYTHON: peer('python3'),
      PYTHON_ARCHIVES,
      LC_ALL: 'C.UTF-8',
      GIT_DIR: 'git',
      GIT_WORK_TREE: 'tree',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_SYSTEM: '/dev/null',
    },
  });
  return [
    ...formats.map((format) => `gnu-${format}.tar`),
    ...formats.map((format) => `python-${format.toUpperCase()}.tar`),
    'gnu-names.tar.gz',
    'git.tar',
    'git.tar.gz',
  ];
}
