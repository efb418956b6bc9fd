import { archiveRefused, quote, type RefusalReason } from './archive-refused.ts';

interface Claim {
  readonly path: string;
  readonly kind: 'file' | 'directory';
  /** What lies in a directory, by folded name. */
  readonly children: Map<string, Claim>;
}

/**
 * The paths an archive has used so far, compared as the most forgiving file system would:
 * without case and in one Unicode form (CVE-2021-37712 was two names that were one directory).
 */
export class ClaimedPaths {
  readonly #root = new Map<string, Claim>();

  /**
   * Claims a path and the directories above it.
   * @throws KongcrateError ARCHIVE_REFUSED where another entry has it, or has it as something else
   */
  claim(path: string, kind: 'file' | 'directory'): void {
    let siblings = this.#root;
    for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1))
      siblings = claimIn(siblings, path.slice(0, end), 'directory').children;
    claimIn(siblings, path, kind);
  }
}

function claimIn(siblings: Map<string, Claim>, path: string, kind: Claim['kind']): Claim {
  const key = foldName(path.slice(path.lastIndexOf('/') + 1));
  const claim = { path, kind, children: new Map<string, Claim>() };
  const earlier = siblings.get(key);
  if (earlier === undefined) {
    siblings.set(key, claim);
    return claim;
  }
  if (earlier.path !== path) throw refuseBoth('COLLISION', earlier, claim);
  if (earlier.kind !== kind) throw refuseBoth('FILE_AS_DIRECTORY', earlier, claim);
  if (kind === 'file') throw refuseBoth('DUPLICATE', earlier, claim);
  return earlier;
}

/** Upper case first: it is what turns `ß` into `SS`. */
function foldName(name: string): string {
  return name.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC');
}

function refuseBoth(reason: RefusalReason, first: Claim, second: Claim): Error {
  const what = `${first.kind} ${quote(first.path)} and ${second.kind} ${quote(second.path)}`;
  return archiveRefused(reason, `it has ${what}, which can be the same file`, {
    details: { entry: quote(second.path) },
  });
}
