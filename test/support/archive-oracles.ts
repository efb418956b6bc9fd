import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { extract } from 'tar-stream';
import type { PlannedFile } from '../../src/content/extraction-plan.ts';
import { peer } from './peers.ts';

/** Files as `path size sha256`, sorted: what two programs must agree on. */
export type Listing = readonly string[];

export function listFiles(files: readonly PlannedFile[]): Listing {
  return files
    .map(({ path: name, bytes }) => {
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      return `${name} ${bytes.length} ${sha256}`;
    })
    .sort();
}

/** Writes files below a new directory. */
export function writeTree(root: string, files: readonly PlannedFile[]): void {
  for (const file of files) {
    const target = path.join(root, file.path);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, file.bytes);
  }
}

/** Extracts every `N.tar.gz` of a directory with GNU tar into `N/` and lists what came out. */
export function extractWithGnuTar(directory: string, count: number): readonly Listing[] {
  const script =
    'for f in *.tar.gz; do mkdir "${f%.tar.gz}"; "$TAR" -xzf "$f" -C "${f%.tar.gz}"; done';
  execFileSync('sh', ['-ec', script], {
    cwd: directory,
    env: { ...process.env, TAR: peer('tar') },
  });
  return Array.from({ length: count }, (_, index) => listTree(path.join(directory, String(index))));
}

function listTree(root: string): Listing {
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  return listFiles(
    files.map((file) => ({ path: path.relative(root, file), bytes: readFileSync(file) })),
  );
}

const PYTHON_LIST = `
import hashlib, json, sys, tarfile
listings = []
for name in sys.stdin.read().split():
    try:
        with tarfile.open(name) as archive:
            files = [(m.name.removeprefix("./"), archive.extractfile(m).read()) for m in archive if m.isreg()]
        listings.append(sorted(f"{n} {len(d)} {hashlib.sha256(d).hexdigest()}" for n, d in files))
    except Exception as error:
        listings.append([repr(error)])
print(json.dumps(listings))
`;

/** Lists archives of a directory with Python's tarfile, all in one process. */
export function listWithPython(directory: string, names: readonly string[]): readonly Listing[] {
  const output = execFileSync(peer('python3'), ['-c', PYTHON_LIST], {
    cwd: directory,
    input: names.join('\n'),
    maxBuffer: 2 ** 28,
  });
  return JSON.parse(output.toString()) as readonly Listing[];
}

/** Lists names and sizes of archives with `tar -tv`, one line an entry, all in one process. */
export function listNamesWithGnuTar(
  directory: string,
  names: readonly string[],
): readonly Listing[] {
  const script =
    'while read f; do echo "= $f"; "$TAR" -tvf "$f" --numeric-owner --quoting-style=c 2>/dev/null || :; done';
  const output = execFileSync('sh', ['-c', script], {
    cwd: directory,
    input: `${names.join('\n')}\n`,
    env: { ...process.env, LC_ALL: 'C', TAR: peer('tar') },
    maxBuffer: 2 ** 28,
    encoding: 'utf8',
  });
  return output
    .split(/^= .*\n/m)
    .slice(1)
    .map((lines) => lines.split('\n').filter(Boolean).map(readGnuLine).sort());
}

function readGnuLine(line: string): string {
  // After a date in the far future the columns stay wide.
  const parts = /^(?<type>.)\S+ \S+ +(?<size>\d+) \S+ \S+ +(?<name>".*")$/.exec(line)?.groups;
  if (parts === undefined) return line;
  // GNU tar shows a directory's final slash only where the archive has it.
  const name = unquote(parts['name'] ?? '').replace(/^\.\/|\/$/g, '');
  return `${name}${parts['type'] === 'd' ? '/' : ''} ${parts['size'] ?? ''}`;
}

/** GNU's C style in the C locale: everything outside ASCII is octal. */
function unquote(quoted: string): string {
  const bytes = quoted
    .slice(1, -1)
    .replace(/\\(?:([0-7]{3})|(.))/g, (_, octal: string | undefined, escaped: string) =>
      octal === undefined ? escaped : String.fromCharCode(parseInt(octal, 8)),
    );
  return Buffer.from(bytes, 'latin1').toString();
}

/** Lists an uncompressed tar with tar-stream's own reader. */
export async function listWithTarStream(tar: Buffer): Promise<Listing> {
  const files: PlannedFile[] = [];
  const reader = extract();
  reader.end(tar);
  for await (const entry of reader) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry as AsyncIterable<Buffer>) chunks.push(chunk);
    files.push({ path: entry.header.name, bytes: Buffer.concat(chunks) });
  }
  return listFiles(files);
}
