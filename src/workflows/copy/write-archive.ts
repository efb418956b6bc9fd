import { createReadStream, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { streamTar, type StreamedFile } from '../../archive/stream-tar.ts';
import { streamNewFile } from '../write-new-file.ts';
import { TRUST_DIRECTORY } from './trust-material.ts';

/** What belongs into an archive; a lock does not. */
const PARTS = ['oci-layout', 'index.json', 'blobs/sha256', TRUST_DIRECTORY];

/**
 * Writes a layout directory into a tar that must not exist yet: whole or not at all, and with the
 * same bytes for the same layout.
 * @throws KongcrateError NOT_OURS, INSTALL_FAILED, ARCHIVE_REFUSED for a blob from 8 GiB
 */
export async function writeArchive(directory: string, path: string): Promise<void> {
  const files = PARTS.flatMap((part) => listFiles(directory, part));
  const tar = Readable.from(streamTar(files), { objectMode: false });
  await streamNewFile(path, tar, 0o644);
}

function listFiles(directory: string, part: string): readonly StreamedFile[] {
  const stats = statSync(join(directory, part), { throwIfNoEntry: false });
  if (!stats) return [];
  if (stats.isDirectory())
    return readdirSync(join(directory, part)).flatMap((name) =>
      listFiles(directory, `${part}/${name}`),
    );
  const open = (): AsyncIterable<Buffer> => createReadStream(join(directory, part));
  return [{ path: part, sizeBytes: stats.size, open }];
}
