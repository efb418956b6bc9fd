import {
  closeSync,
  constants,
  fchmodSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { passingPiecesOf, type ByteSource } from '../content/byte-source.ts';

/**
 * Every operation with which `install/` changes a disk, so that a test can stop or fail at any of
 * them. Each throws the errno error of the system call, with `path` set.
 */
export interface FileOperations {
  /** Makes a directory with exactly `mode`, whatever the umask. */
  makeDirectory(path: string, mode: number): void;
  setDirectoryMode(path: string, mode: number): void;
  /** Makes a file that must not exist yet, with exactly `mode`; its bytes are on the disk after. */
  writeFile(path: string, bytes: ByteSource, mode: number): void;
  symlink(text: string, path: string): void;
  link(existing: string, path: string): void;
  rename(from: string, to: string): void;
  unlink(path: string): void;
  /** Removes an empty directory. */
  removeDirectory(path: string): void;
  /** Removes a file, a link or a whole tree; what is already gone is fine. */
  removeTree(path: string): void;
  /** Puts the names in a directory on the disk. */
  syncDirectory(path: string): void;
}

const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_RDONLY, O_WRONLY } = constants;

export const nodeFileOperations: FileOperations = {
  makeDirectory(path, mode) {
    mkdirSync(path, { mode });
    nodeFileOperations.setDirectoryMode(path, mode);
  },
  setDirectoryMode(path, mode) {
    // fchmod on the directory itself: chmod(2) would follow a link planted meanwhile.
    withDescriptor(path, openDirectory(path), (descriptor) => {
      fchmodSync(descriptor, mode);
    });
  },
  writeFile(path, bytes, mode) {
    const opened = openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode);
    withDescriptor(path, opened, (descriptor) => {
      fchmodSync(descriptor, mode);
      for (const piece of passingPiecesOf(bytes)) writeFileSync(descriptor, piece);
      fsyncSync(descriptor);
    });
  },
  symlink(text, path) {
    symlinkSync(text, path);
  },
  link(existing, path) {
    linkSync(existing, path);
  },
  rename(from, to) {
    renameSync(from, to);
  },
  unlink(path) {
    unlinkSync(path);
  },
  removeDirectory(path) {
    rmdirSync(path);
  },
  removeTree(path) {
    rmSync(path, { recursive: true, force: true });
  },
  syncDirectory(path) {
    withDescriptor(path, openDirectory(path), fsyncSync);
  },
};

function openDirectory(path: string): number {
  return openSync(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
}

function withDescriptor(path: string, descriptor: number, act: (opened: number) => void): void {
  try {
    act(descriptor);
  } catch (error) {
    // Calls on a descriptor do not know its path, and the message has to name one.
    throw error instanceof Error ? Object.assign(error, { path }) : error;
  } finally {
    closeSync(descriptor);
  }
}
