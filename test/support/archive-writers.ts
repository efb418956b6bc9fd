import { execFileSync } from 'node:child_process';

/** Archives of the tree `tree/` below a directory, as other programs write them. */
const WRITERS: Readonly<Record<string, string>> = {
  'gnu-gnu.tar': 'tar --format=gnu -cf $OUT -C tree .',
  'gnu-pax.tar': 'tar --format=pax -cf $OUT -C tree .',
  'gnu-ustar.tar': 'tar --format=ustar -cf $OUT -C tree .',
  'gnu-names.tar.gz': '(cd tree && tar --format=gnu -czf ../$OUT *)',
  'python-pax.tar': 'python3 -c "$PYTHON" PAX $OUT',
  'python-gnu.tar': 'python3 -c "$PYTHON" GNU $OUT',
  'python-ustar.tar': 'python3 -c "$PYTHON" USTAR $OUT',
  'git.tar': 'git -C tree archive --format=tar -o ../$OUT HEAD',
  'git.tar.gz': 'git -C tree archive --format=tar.gz -o ../$OUT HEAD',
};

const PYTHON = `
import os, sys, tarfile
form = getattr(tarfile, sys.argv[1] + "_FORMAT")
with tarfile.open(sys.argv[2], "w", format=form) as archive:
    for name in sorted(os.listdir("tree")):
        if name != ".git":
            archive.add(os.path.join("tree", name), name)
`;

const COMMIT = [
  'git -C tree init -q',
  'git -C tree add -A',
  'git -C tree -c user.name=t -c user.email=t@example.com commit -qm t',
  'mv tree/.git git',
].join('\n');

/**
 * Runs every writer over `tree/`.
 * @param isShort whether all paths fit ustar; the ustar writers are left out otherwise
 * @returns the names of the files written
 */
export function writeWithOthers(directory: string, isShort: boolean): readonly string[] {
  const names = Object.keys(WRITERS).filter((name) => isShort || !name.includes('ustar'));
  const commands = names.map((name) => {
    const command = (WRITERS[name] ?? '').replaceAll('$OUT', name);
    return command.startsWith('git') ? `mv git tree/.git\n${command}\nmv tree/.git git` : command;
  });
  execFileSync('sh', ['-ec', [COMMIT, ...commands].join('\n')], {
    cwd: directory,
    env: {
      ...process.env,
      PYTHON,
      LC_ALL: 'C.UTF-8',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_SYSTEM: '/dev/null',
    },
  });
  return names;
}
