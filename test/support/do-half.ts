import { chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FileOperations } from '../../src/install/file-operations.ts';
import type { Operation } from '../install/intercept-operations.ts';

/** Operations of several system calls, which can be left half done. */
export const COMPOSITE: ReadonlySet<keyof FileOperations> = new Set([
  'writeFile',
  'makeDirectory',
  'removeTree',
]);

/** Operations that are several system calls leave something in between; the others do not. */
export function doHalf({ name, args, run }: Operation): void {
  const path = String(args[0]);
  if (name === 'writeFile') {
    const bytes = args[1] as Uint8Array;
    writeFileSync(path, bytes.subarray(0, bytes.length / 2), { flag: 'wx', mode: 0o600 });
  } else if (name === 'makeDirectory') {
    mkdirSync(path);
    chmodSync(path, 0o700);
  } else if (name === 'removeTree') removeFirst(path);
  else run();
}

function removeFirst(path: string): void {
  try {
    const [first] = readdirSync(path);
    if (first !== undefined) rmSync(join(path, first), { recursive: true });
  } catch {
    rmSync(path, { force: true });
  }
}
