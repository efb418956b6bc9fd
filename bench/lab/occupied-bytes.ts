import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const PAGE_BYTES = 4096;

/** What the files below a directory take on a disk, which is given out in whole pages. */
export function occupiedBytes(directory: string): number {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => statSync(join(entry.parentPath, entry.name)).size)
    .reduce((sum, size) => sum + Math.ceil(size / PAGE_BYTES) * PAGE_BYTES, 0);
}
