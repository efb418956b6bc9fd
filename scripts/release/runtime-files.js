import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { unpackForeign } from '../peers/install-peers.js';
import { runCommand } from '../support/run-command.js';

/** The last one has the licence of the two before it. */
const PACKAGES = ['libc6', 'libstdc++6', 'libgcc-s1', 'gcc-12-base'];
/** What Debian calls an architecture, and where it keeps the libraries of it. */
const DEBIAN = {
  x64: { name: 'amd64', place: 'x86_64-linux-gnu' },
  arm64: { name: 'arm64', place: 'aarch64-linux-gnu' },
};

/**
 * The dynamic loader and the libraries that an executable names, of Debian bookworm, with their
 * licences: all that it needs of a system.
 * @param executable a file
 * @param cache where packages are unpacked
 * @returns {Promise<{path: string, mode: number, bytes: Buffer}[]>}
 */
export async function runtimeFilesFor(executable, architecture, cache) {
  const { name, place } = DEBIAN[architecture];
  const root = join(cache, `runtime-${architecture}`);
  if (!existsSync(root)) await unpackForeign(PACKAGES, name, root);
  const directories = [`lib/${place}`, `usr/lib/${place}`];
  const { interpreter, libraries } = await linksOf(executable);
  const find = (library) => {
    const directory = directories.find((path) => existsSync(join(root, path, library)));
    if (directory === undefined) throw new Error(`${library} is in none of ${PACKAGES.join(', ')}`);
    return join(directory, library);
  };
  const read = (path, from = path) => ({
    path,
    mode: 0o755,
    bytes: readFileSync(join(root, from)),
  });
  return [
    read(interpreter.slice(1), find(basename(interpreter))),
    ...libraries
      .filter((library) => library !== basename(interpreter))
      .map((library) => read(find(library))),
    ...PACKAGES.map((library) => ({ ...read(`usr/share/doc/${library}/copyright`), mode: 0o644 })),
  ];
}

async function linksOf(executable) {
  const { stdout } = await runCommand('readelf', ['-W', '-l', '-d', executable]);
  const interpreter = /program interpreter: (\S+)\]/.exec(stdout)?.[1];
  if (interpreter === undefined) throw new Error(`${executable} names no dynamic loader`);
  const libraries = [...stdout.matchAll(/\(NEEDED\).*\[(\S+)\]/g)].map(([, name]) => name);
  return { interpreter, libraries };
}
