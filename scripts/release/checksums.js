import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** As `sha256sum` writes it and `sha256sum --check` reads it. */
export const CHECKSUMS = 'SHA256SUMS';

async function digestOf(file) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

export async function writeChecksums(directory, names) {
  const lines = [];
  for (const name of names.toSorted())
    lines.push(`${await digestOf(join(directory, name))}  ${name}\n`);
  writeFileSync(join(directory, CHECKSUMS), lines.join(''));
}

/** The names in it, once all of them have the bytes that it says. */
export async function checkChecksums(directory) {
  const names = [];
  for (const line of readFileSync(join(directory, CHECKSUMS), 'utf8').trimEnd().split('\n')) {
    const [, digest, name] = /^([0-9a-f]{64}) {2}([\w.-]+)$/.exec(line) ?? [];
    if (name === undefined) throw new Error(`${CHECKSUMS} has the line ${JSON.stringify(line)}`);
    const actual = await digestOf(join(directory, name));
    if (actual !== digest) throw new Error(`${name} is ${actual}, and ${CHECKSUMS} says ${digest}`);
    names.push(name);
  }
  return names;
}
