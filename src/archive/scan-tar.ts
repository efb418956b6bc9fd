import { DEFAULT_ARCHIVE_LIMITS, type ArchiveLimits } from './archive-limits.ts';
import { archiveRefused, quote } from './archive-refused.ts';
import { asBuffer } from './as-buffer.ts';
import { ClaimedPaths } from './claimed-paths.ts';
import { checkEntryPath, type TarProfile } from './entry-path.ts';
import { BLOCK_BYTES, checkLinkFields, nameOf, readTarHeader, refuseAt } from './tar-header.ts';
import type { TarHeader } from './tar-header.ts';
import { isMeta, readMeta, type TarMeta } from './tar-meta.ts';

export interface TarEntry {
  /** Relative, with `/`, checked. */
  readonly path: string;
  readonly kind: 'file' | 'directory';
  /** A view into the tar; empty for directories. */
  readonly bytes: Uint8Array;
  /** As written; kongcrate never applies it. */
  readonly mode: number;
}

/**
 * Lists a tar (POSIX ustar and PAX, GNU) strictly: what two readers could read differently is
 * refused, not interpreted. Synchronous and pure; the result views `tar`.
 * @param profile `container` is for tarballs of images, of which nothing is written to disk:
 *   `:` may stand in names, and links are passed over (podman saves some)
 * @returns files and directories in archive order, without the root's own entry
 * @throws KongcrateError ARCHIVE_REFUSED; `details.reason` says why
 */
export function scanTar(
  tar: Uint8Array,
  limits: ArchiveLimits = DEFAULT_ARCHIVE_LIMITS,
  profile: TarProfile = 'plugin',
): readonly TarEntry[] {
  const buffer = asBuffer(tar);
  checkLength(buffer, limits);
  const claimed = new ClaimedPaths();
  const entries: TarEntry[] = [];
  let entryCount = 0;
  let meta: TarMeta | undefined;
  let isDangling = false;
  let offset = 0;
  while (!isEnd(buffer, offset)) {
    const header = readTarHeader(buffer, offset);
    const data = dataOf(buffer, header);
    offset += BLOCK_BYTES + paddedBytes(header.sizeBytes);
    isDangling = isMeta(header);
    if (isDangling) {
      meta = readMeta(header, data, meta);
      continue;
    }
    if (++entryCount > limits.maxFiles) throw tooMany(limits);
    const entry = readEntry({ header, data, meta, profile });
    meta = undefined;
    if (entry.path === '') continue;
    claimed.claim(entry.path, entry.kind);
    if (!isLink(header)) entries.push(entry);
  }
  // Python's tarfile fails there, behind a global header too.
  if (isDangling) throw refuseAt(offset, 'META_ORDER', 'an extended header without its entry');
  return entries;
}

interface EntryParts {
  readonly header: TarHeader;
  readonly data: Buffer;
  readonly meta: TarMeta | undefined;
  readonly profile: TarProfile;
}

function readEntry({ header, data, meta, profile }: EntryParts): TarEntry {
  const name = meta?.path ?? nameOf(header);
  const kind = kindOf(header, name, profile);
  if (!isLink(header)) checkLinkFields(header);
  if (meta?.sizeBytes !== undefined && meta.sizeBytes !== header.sizeBytes)
    throw refuseAt(header.offset, 'SIZE_DISAGREES', `the two sizes of ${quote(name)} differ`);
  // Some readers skip such data, some take it for the next header, tar-stream waits for ever.
  if ((kind === 'directory' || isLink(header)) && data.length > 0)
    throw refuseAt(header.offset, 'DIRECTORY_SIZE', `${quote(name)} is no file and has data`);
  if (kind === 'file' && (header.mode & 0o7000) !== 0)
    throw refuseAt(header.offset, 'MODE', `${quote(name)} has setuid, setgid or sticky set`);
  return { path: checkEntryPath(name, kind, profile), kind, bytes: data, mode: header.mode };
}

/** A NUL type is old for '0', but a directory to some when the name ends in '/': refused too. */
function kindOf(header: TarHeader, name: string, profile: TarProfile): TarEntry['kind'] {
  if (header.type === '5') return 'directory';
  if (header.type === '0' || (profile === 'container' && isLink(header))) return 'file';
  throw refuseAt(
    header.offset,
    'ENTRY_TYPE',
    `${quote(name)} is neither a file nor a directory, but of type ${quote(header.type)}`,
  );
}

function isLink(header: TarHeader): boolean {
  return header.type === '1' || header.type === '2';
}

function dataOf(buffer: Buffer, header: TarHeader): Buffer {
  const start = header.offset + BLOCK_BYTES;
  const end = start + header.sizeBytes;
  const next = start + paddedBytes(header.sizeBytes);
  if (next > buffer.length)
    throw refuseAt(header.offset, 'TRUNCATED', `an entry of ${header.sizeBytes} bytes is cut off`);
  if (!isZero(buffer, end, next))
    throw refuseAt(header.offset, 'PADDING', 'the padding after an entry is not zero');
  return buffer.subarray(start, end);
}

/** Readers stop at one zero block or at two, and some read on after them: so two, and only zeros. */
function isEnd(buffer: Buffer, offset: number): boolean {
  if (offset >= buffer.length)
    throw refuseAt(offset, 'NO_END', 'the end-of-archive mark is missing');
  if (!isZero(buffer, offset, offset + BLOCK_BYTES)) return false;
  if (offset + BLOCK_BYTES >= buffer.length)
    throw refuseAt(offset, 'NO_END', 'the end-of-archive mark is cut off');
  if (!isZero(buffer, offset, buffer.length))
    throw refuseAt(offset, 'AFTER_END', 'data follows the end-of-archive mark');
  return true;
}

function isZero(buffer: Buffer, start: number, end: number): boolean {
  for (let index = start; index < end; index++) if (buffer[index] !== 0) return false;
  return true;
}

function paddedBytes(sizeBytes: number): number {
  return Math.ceil(sizeBytes / BLOCK_BYTES) * BLOCK_BYTES;
}

function checkLength(buffer: Buffer, limits: ArchiveLimits): void {
  if (buffer.length % BLOCK_BYTES !== 0)
    throw refuseAt(buffer.length, 'UNALIGNED', `a tar cannot have ${buffer.length} bytes`);
  if (buffer.length > limits.maxUnpackedBytes)
    throw archiveRefused(
      'TOO_LARGE',
      `its tar has ${buffer.length} bytes, more than ${limits.maxUnpackedBytes}`,
      { remedy: 'If the archive is meant to be that large, raise --max-unpacked-size.' },
    );
}

function tooMany(limits: ArchiveLimits): Error {
  return archiveRefused('TOO_MANY_ENTRIES', `it has more than ${limits.maxFiles} entries`, {
    remedy: 'If the archive is meant to hold that many, raise --max-files.',
  });
}
