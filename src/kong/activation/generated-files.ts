import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  futimesSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { nodeConfFiles } from '../conf-file-operations.ts';

/** How a file stood in the prefix; its bytes are in a file of that name beside the list. */
interface SavedFile {
  readonly name: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Milliseconds since 1970: by it an edited kong.conf is told from one that a Kong was started with. */
  readonly modifiedMs: number;
}

interface ReadFile extends SavedFile {
  readonly bytes: Buffer;
}

const LIST = 'files.json';
const { O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

/** What `kong start`, `reload` and `prepare` write at the top of a prefix. */
const isGenerated = (name: string): boolean =>
  /^(?:\.kong_(?:env|process_secrets)|nginx.*\.conf)$/.test(name);

/**
 * Saves the files that Kong generated in a prefix, byte for byte, with mode, owner and time. They can hold
 * passwords: the directory is made with the mode 0700, its files with 0600; an earlier save in it goes.
 * @param directory its parent must be there
 * @throws errno errors
 */
export function saveGenerated(prefix: string, directory: string): void {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { mode: 0o700 });
  const owner = {
    ...{ mode: 0o600, uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 },
    modifiedMs: Date.now(),
  };
  const saved = readGenerated(prefix).map(({ bytes, ...file }): SavedFile => {
    writeFile(join(directory, file.name), bytes, { ...owner, name: file.name });
    return file;
  });
  // Last: without a list there is no save.
  const list = Buffer.from(JSON.stringify(saved));
  writeFile(join(directory, LIST), list, { ...owner, name: LIST });
  nodeConfFiles.syncDirectory(directory);
}

/**
 * Gives a prefix the generated files of a save, and takes away those that came since. Each is replaced
 * by one rename, and only where it differs: stopped at any moment, it can be done again.
 * @throws errno errors
 */
export function restoreGenerated(prefix: string, directory: string): void {
  const saved = JSON.parse(readFileSync(join(directory, LIST), 'utf8')) as readonly SavedFile[];
  const found = readGenerated(prefix);
  for (const file of saved) {
    const bytes = readFileSync(join(directory, file.name));
    if (!found.some((there) => isSame(there, { ...file, bytes }))) replace(prefix, file, bytes);
  }
  for (const { name } of found)
    if (!saved.some((file) => file.name === name)) rmSync(join(prefix, name), { force: true });
  nodeConfFiles.syncDirectory(prefix);
}

function isSame(a: ReadFile, b: ReadFile): boolean {
  const isLikewise = a.name === b.name && a.mode === b.mode && a.uid === b.uid && a.gid === b.gid;
  // A time is set through a floating point number.
  return isLikewise && Math.abs(a.modifiedMs - b.modifiedMs) < 1 && a.bytes.equals(b.bytes);
}

function readGenerated(prefix: string): readonly ReadFile[] {
  return readdirSync(prefix)
    .filter(isGenerated)
    .flatMap((name) => readRegular(prefix, name));
}

/** No link, which the user of the prefix may have put there to have root read or write elsewhere. */
function readRegular(prefix: string, name: string): readonly ReadFile[] {
  const descriptor = openSync(join(prefix, name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) return [];
    const { uid, gid, mtimeMs: modifiedMs } = stats;
    const bytes = readFileSync(descriptor);
    return [{ name, mode: stats.mode & 0o7777, uid, gid, modifiedMs, bytes }];
  } finally {
    closeSync(descriptor);
  }
}

function replace(prefix: string, file: SavedFile, bytes: Buffer): void {
  const aside = join(prefix, `.${file.name}.${randomBytes(8).toString('hex')}.kongcrate-new`);
  try {
    writeFile(aside, bytes, file);
    renameSync(aside, join(prefix, file.name));
  } finally {
    rmSync(aside, { force: true });
  }
}

/** With exactly that mode and owner before a byte of it is there. */
function writeFile(path: string, bytes: Buffer, { mode, uid, gid, modifiedMs }: SavedFile): void {
  const descriptor = openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    fchownSync(descriptor, uid, gid);
    fchmodSync(descriptor, mode);
    writeFileSync(descriptor, bytes);
    futimesSync(descriptor, modifiedMs / 1000, modifiedMs / 1000);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
