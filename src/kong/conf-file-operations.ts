import { spawnSync } from 'node:child_process';
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { errnoOf } from '../errors/kongcrate-error.ts';

/** Every operation with which a kong.conf is replaced, so that a test can stop at any of them. */
export interface ConfFileOperations {
  /**
   * Makes a file like another one: owner, group, mode, and extended attributes if that can be done.
   * @returns whether the extended attributes came along
   */
  readonly copy: (from: string, to: string) => boolean;
  /** Gives a file other bytes, which are on the disk after. */
  readonly overwrite: (path: string, bytes: Uint8Array) => void;
  readonly rename: (from: string, to: string) => void;
  readonly remove: (path: string) => void;
  /** Puts the names in a directory on the disk. */
  readonly syncDirectory: (path: string) => void;
}

const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY, O_TRUNC, O_WRONLY } = constants;

export const nodeConfFiles: ConfFileOperations = {
  copy(from, to) {
    // Node has no call for extended attributes, and GNU cp takes all of them along.
    const { status } = spawnSync('cp', ['--preserve=all', '--', from, to], { stdio: 'ignore' });
    if (status === 0) return true;
    rmSync(to, { force: true });
    copyPlain(from, to);
    return false;
  },
  overwrite(path, bytes) {
    withDescriptor(openSync(path, O_WRONLY | O_TRUNC | O_NOFOLLOW), (descriptor) => {
      writeFileSync(descriptor, bytes);
      fsyncSync(descriptor);
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
  const { uid, gid, mode } = statSync(from);
  withDescriptor(openSync(to, 'wx', 0o600), (descriptor) => {
    fchownSync(descriptor, uid, gid);
    fchmodSync(descriptor, mode & 0o7777);
  });
}

function withDescriptor(descriptor: number, act: (opened: number) => void): void {
  try {
    act(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
