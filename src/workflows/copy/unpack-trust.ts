import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { asWriteFailure } from '../../errors/as-write-failure.ts';
import { KongcrateError } from '../../errors/kongcrate-error.ts';
import { isLayoutReference, parseReference } from '../../reference/reference.ts';
import { listArchive } from '../open-archived-layout.ts';
import { readSourceFile } from '../read-source-file.ts';
import { kindOfPath } from '../read-source-tree.ts';
import { demandAbsent, writeNewFile } from '../write-new-file.ts';
import {
  checkTrustMaterial,
  MAX_TRUST_BYTES,
  TRUST_DIRECTORY,
  type TrustMaterial,
} from './trust-material.ts';

/** A file that was written. Nothing has used it, and its fingerprint is all that is known of it. */
export interface UnpackedTrust extends Pick<TrustMaterial, 'kind' | 'fingerprint'> {
  readonly path: string;
}

/**
 * Writes out the keys and trusted roots that stand beside the artifacts of a layout or archive.
 * Whoever made it chose them: they mean nothing before somebody compares their fingerprints.
 * @param source an archive or a layout directory, as a path or as a reference to something in it
 * @throws KongcrateError NOT_FOUND where there are none; CONTENT_INVALID for other files among them;
 *   NOT_OURS where a file exists; SOURCE_UNREADABLE, ARCHIVE_REFUSED, INSTALL_FAILED
 */
export async function unpackTrust(
  source: string,
  directory: string,
): Promise<readonly UnpackedTrust[]> {
  const path = isLayoutReference(source) ? parseReference(source).path : source;
  const files = kindOfPath(path) === 'directory' ? inDirectory(path) : inArchive(path);
  if (files.length === 0)
    throw new KongcrateError('NOT_FOUND', `there are no keys and trusted roots in ${source}`, {
      remedy: 'Get them another way; copy --trust puts them into an archive or layout.',
    });
  const checked: (TrustMaterial & { readonly path: string })[] = [];
  for (const { name, bytes } of files) {
    const path = join(directory, name);
    demandAbsent(path);
    checked.push({ ...(await checkTrustMaterial(name, bytes)), path });
  }
  makeDirectory(directory);
  return checked.map(({ kind, fingerprint, bytes, path }) => {
    writeNewFile(path, bytes, 0o644);
    return { kind, fingerprint, path };
  });
}

interface NamedBytes {
  readonly name: string;
  readonly bytes: Buffer;
}

function inDirectory(layout: string): readonly NamedBytes[] {
  const directory = join(layout, TRUST_DIRECTORY);
  if (!existsSync(directory)) return [];
  return readdirSync(directory).map((name) => ({
    name,
    bytes: readSourceFile(join(directory, name), MAX_TRUST_BYTES),
  }));
}

function inArchive(path: string): readonly NamedBytes[] {
  const prefix = `${TRUST_DIRECTORY}/`;
  return [...listArchive(path)]
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, file]) => ({
      name: name.slice(prefix.length),
      // One that is larger is cut, and is then neither key nor root.
      bytes: Buffer.from(file.subarray(0, Math.min(file.length, MAX_TRUST_BYTES))),
    }));
}

function makeDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true });
  } catch (error) {
    throw asWriteFailure(directory, error);
  }
}
