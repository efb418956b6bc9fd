import { closeSync, constants, lstatSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf, KongcrateError } from '../errors/kongcrate-error.ts';
import { describeUser, findAccount } from '../system/accounts.ts';
import { actAs, type Identity } from './act-as.ts';
import type { CheckedRoot } from './install-root.ts';
import { listDirectory, lookAt } from './look-at.ts';
import { PLUGINS_DIRECTORY } from './node-paths.ts';
import { componentsOf } from './real-path.ts';

/**
 * Checks that Kong's workers reach what is installed: one closed directory above it, and Kong loads
 * the plugin as root but fails at its first `require` in a worker. A Kong that root starts runs its
 * workers as `kong`, without that account as `nobody`; any other Kong as the user who installs, who
 * reaches the Lua root or fails anyway.
 * @throws KongcrateError INSTALL_FAILED naming the directory
 */
export function checkWorkers(root: CheckedRoot): void {
  if (process.geteuid?.() !== 0) return;
  const workers = findAccount('kong') ?? findAccount('nobody') ?? NOBODY;
  const own = ['', 'kong', PLUGINS_DIRECTORY].map((path) => join(root.path, path));
  for (const path of new Set([...componentsOf(root.path), ...own])) {
    const mode = lookAt(path)?.mode;
    // An empty root is opened: whoever was killed while making it left it closed.
    if (mode === undefined || (path === root.path && listDirectory(path).length === 0)) continue;
    const bits = own.includes(path) ? 'rx' : 'x';
    if (!actAs(workers, () => isOpen(path, bits))) throw closed(path, { mode, workers, bits });
  }
}

const NOBODY: Identity = { uid: 65_534, gid: 65_534 };

type Bits = 'x' | 'rx';

/** Asked of the kernel, which knows of access control lists; access(2) asks for the real user. */
function isOpen(path: string, bits: Bits): boolean {
  try {
    lstatSync(`${path}/.`);
    if (bits === 'rx') closeSync(openSync(path, constants.O_RDONLY | constants.O_DIRECTORY));
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EACCES') return false;
    throw error;
  }
}

interface Closed {
  readonly mode: number;
  readonly workers: Identity;
  readonly bits: Bits;
}

function closed(path: string, { mode, workers, bits }: Closed): KongcrateError {
  const octal = (mode & 0o7777).toString(8).padStart(4, '0');
  return new KongcrateError(
    'INSTALL_FAILED',
    `${path} has the mode ${octal}: Kong's workers, who run as ${describeUser(workers.uid)}, could not read what is installed`,
    {
      remedy: `Open it (chmod o+${bits} ${path}) or give another --lua-root.`,
      details: { reason: 'CLOSED', path, mode: octal },
    },
  );
}
