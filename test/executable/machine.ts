import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { run } from '../support/run.ts';

export type Architecture = 'x64' | 'arm64';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CACHE = join(ROOT, '.cache/executable');
const PLACES: Readonly<Record<Architecture, readonly string[]>> = {
  x64: ['/lib64', '/lib/x86_64-linux-gnu', '/usr/lib64', '/usr/lib/x86_64-linux-gnu'],
  arm64: ['lib', 'lib/aarch64-linux-gnu', 'usr/lib/aarch64-linux-gnu'].map((path) =>
    join(CACHE, 'arm64-libraries', path),
  ),
};

/** An executable and what it is linked with. */
export interface Machine {
  readonly executable: string;
  /** Of an executable that this machine cannot run itself; statically linked. */
  readonly emulator?: string;
  /** The dynamic loader: where it is here, and where the executable looks for it. */
  readonly interpreter: { readonly source: string; readonly path: string };
  readonly libraries: readonly string[];
  /** The newest version of glibc that it asks for, such as `2.28`. */
  readonly glibc: string;
}

/** Reads what an executable that was built needs, and finds it: for arm64 in what the build fetched. */
export async function machineOf(architecture: Architecture): Promise<Machine> {
  const executable = join(ROOT, 'dist-executable', `kongcrate-linux-${architecture}`);
  const { status, stdout } = await run('readelf', ['-W', '-l', '-d', '-V', executable]);
  expect(status).toBe(0);
  const find = (name: string): string => {
    const place = PLACES[architecture].find((directory) => existsSync(join(directory, name)));
    expect(place, name).toBeDefined();
    return join(place ?? '', name);
  };
  const path = /program interpreter: (\S+)\]/.exec(stdout)?.[1] ?? '';
  const needed = [...stdout.matchAll(/\(NEEDED\).*\[(\S+)\]/g)].map(([, name = '']) => name);
  const versions = [...stdout.matchAll(/\bGLIBC_2\.(\d+)/g)].map(([, minor]) => Number(minor));
  return {
    executable,
    ...(architecture === 'arm64' && { emulator: join(CACHE, 'qemu/usr/bin/qemu-aarch64-static') }),
    interpreter: { source: find(basename(path)), path },
    libraries: needed.filter((name) => name !== basename(path)).map(find),
    glibc: `2.${Math.max(...versions)}`,
  };
}
