import { lstatSync, readFileSync, realpathSync, statSync, type Stats } from 'node:fs';
import { KongcrateError } from '../errors/kongcrate-error.ts';

/**
 * Refuses a kong.conf that cannot be replaced by a rename without somebody else's seeing another
 * file, or a file of somebody else's being changed.
 * @param path as it was named; a link is followed, and stays
 * @param instead what to do in place of editing, one sentence
 * @returns the file itself
 * @throws KongcrateError NOT_OURS
 */
export function checkReplaceable(path: string, instead: string): string {
  const target = realpathSync(path);
  const stats = statSync(target);
  const why = findReason(target, stats) ?? findLinkReason(path, stats);
  if (why === undefined) return target;
  throw new KongcrateError('NOT_OURS', `${target} ${why.text}`, {
    remedy: instead,
    details: { reason: why.reason, path: target },
  });
}

interface Reason {
  readonly reason: string;
  readonly text: string;
}

function findReason(target: string, stats: Stats): Reason | undefined {
  if (!stats.isFile()) return { reason: 'NOT_A_FILE', text: 'is no regular file' };
  // Kubernetes swings `..data` to another directory and would take every edit back.
  if (/\/\.\.[^/]/.test(target))
    return {
      reason: 'CONFIG_MAP',
      text: 'belongs to a ConfigMap or Secret that Kubernetes mounts',
    };
  if (mountPoints().has(target))
    return {
      reason: 'MOUNT_POINT',
      text: 'is mounted as a single file, and has its place outside',
    };
  if (stats.nlink > 1)
    return {
      reason: 'HARD_LINK',
      text: `has ${stats.nlink} names, of which only one would get the new content`,
    };
  return undefined;
}

/** Packages give /etc/kong to the user kong, who could lead root to a file of root's own. */
function findLinkReason(path: string, target: Stats): Reason | undefined {
  const link = lstatSync(path);
  if (!link.isSymbolicLink()) return undefined;
  if ([0, process.geteuid?.(), target.uid].includes(link.uid)) return undefined;
  return {
    reason: 'FOREIGN_LINK',
    text: `is reached by a link of the user with uid ${link.uid}, who does not own the file`,
  };
}

/** proc(5), /proc/pid/mountinfo: field 5, in which blanks and backslashes are octal escapes. */
function mountPoints(): ReadonlySet<string> {
  try {
    const lines = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
    return new Set(lines.map((line) => unescape(line.split(' ')[4] ?? '')));
  } catch {
    return new Set();
  }
}

function unescape(field: string): string {
  return field.replaceAll(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}
