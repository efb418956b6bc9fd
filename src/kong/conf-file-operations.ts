import { spawnSync } from 'node:child_process';
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { errnoOf } from '../errors/kongcrate-error.ts';

/** What a copy of a file holds, and what it is to hold. */
export interface Overwrite {
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

/** Every operation with which a kong.conf is replaced, so that a test can stop at any of them. */
export interface ConfFileOperations {
  /**
   * Copies a file: bytes, owner, group, mode, and extended attributes if that can be done.
   * @returns whether the extended attributes came along
   */
  readonly copy: (from: string, to: string) => boolean;
  /**
   * Gives a copy other bytes, which are on the disk after.
   * @returns false, and nothing is written, when the file is not the copy that was made
   */
  readonly overwrite: (path: string, bytes: Overwrite) => boolean;
  readonly rename: (from: string, to: string) => void;
  readonly remove: (path: string) => void;
  /** Puts the names in a directory on the disk. */
  readonly syncDirectory: (path: string) => void;
}

const { O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_RDWR } = constants;

export const nodeConfFiles: ConfFileOperations = {
  copy(from, to) {
    // Node has no call for extended attributes, and GNU cp takes all of them along.
    const { status } = spawnSync('cp', ['--preserve=all', '--', from, to], { stdio: 'ignore' });
    if (status === 0) return true;
    rmSync(to, { force: true });
    copyPlain(from, to);
    return false;
  },
  overwrite(path, { before, after }) {
    return withDescriptor(openSync(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK), (descriptor) => {
      // Kong's packages give /etc/kong to the user kong, who can exchange what we read and the copy:
      // only a file that says what we read anyway may say it again.
      if (!isOnlyName(descriptor) || !readFileSync(descriptor).equals(before)) return false;
      ftruncateSync(descriptor);
      writeWhole(descriptor, after);
      fsyncSync(descriptor);
      return true;
    });
  },
  rename(from, to) {
    renameSync(from, to);
  },
  remove(path) {
    rmSync(path, { force: true });
  },
  syncDirectory(path) {
    try {
      withDescriptor(openSync(path, O_RDONLY | O_DIRECTORY), fsyncSync);
    } catch (error) {
      // Some file systems cannot; the file is whole and in its place all the same.
      if (errnoOf(error) === 'EIO') throw error;
    }
  },
};

function copyPlain(from: string, to: string): void {
  withDescriptor(openSync(from, O_RDONLY | O_NOFOLLOW | O_NONBLOCK), (source) => {
    const { uid, gid, mode } = fstatSync(source);
    withDescriptor(openSync(to, 'wx', 0o600), (descriptor) => {
      writeFileSync(descriptor, readFileSync(source));
      fchownSync(descriptor, uid, gid);
      fchmodSync(descriptor, mode & 0o7777);
    });
  });
}

function isOnlyName(descriptor: number): boolean {
  const stats = fstatSync(descriptor);
  return stats.isFile() && stats.nlink === 1;
}

function writeWhole(descriptor: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;)
    done += writeSync(descriptor, bytes, done, bytes.length - done, done);
}

function withDescriptor<Result>(descriptor: number, act: (opened: number) => Result): Result {
  try {
    return act(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
