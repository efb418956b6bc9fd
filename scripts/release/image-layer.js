import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';

const OWNER = { uid: 0, gid: 0, mtime: new Date(0) };

/**
 * A layer with these files and the directories that they need, readable for everybody.
 * @param files [{path, mode, bytes}]
 * @returns {Promise<{bytes: Buffer, diffId: string}>} a tar.gz, the same for the same files
 */
export async function makeLayer(files) {
  const tar = pack();
  const directories = new Set();
  for (const { path, mode, bytes } of files.toSorted(byPath)) {
    for (const name of parentsOf(path)) {
      if (!directories.has(name))
        tar.entry({ ...OWNER, name: `${name}/`, type: 'directory', mode: 0o755 });
      directories.add(name);
    }
    tar.entry({ ...OWNER, name: path, mode }, bytes);
  }
  tar.finalize();
  const inside = createHash('sha256');
  const gzip = createGzip({ level: 9 });
  const zipped = collect(gzip);
  for await (const chunk of tar) {
    inside.update(chunk);
    gzip.write(chunk);
  }
  gzip.end();
  return { bytes: await zipped, diffId: `sha256:${inside.digest('hex')}` };
}

async function collect(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function parentsOf(path) {
  const parent = posix.dirname(path);
  return parent === '.' ? [] : [...parentsOf(parent), parent];
}

const byPath = (a, b) => (a.path < b.path ? -1 : 1);
