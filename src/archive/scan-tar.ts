import type { ByteSource } from '../content/byte-source.ts';
import { DEFAULT_ARCHIVE_LIMITS, type ArchiveLimits } from './archive-limits.ts';
import { archiveRefused, quote } from './archive-refused.ts';
import { asBuffer } from './as-buffer.ts';
import { ClaimedPaths } from './claimed-paths.ts';
import { checkEntryPath, type TarProfile } from './entry-path.ts';
import { BLOCK_BYTES, checkLinkFields, nameOf, readTarHeader, refuseAt } from './tar-header.ts';
import type { TarHeader } from './tar-header.ts';
import { isMeta, MAX_META_BYTES, readMeta, type TarMeta } from './tar-meta.ts';

/** What is read of a tar at once to see that it is zero. */
const PIECE_BYTES = 64 * 1024;

/** Where an entry stands in a tar. */
export interface TarRange {
  /** Relative, with `/`, checked. */
  readonly path: string;
  readonly kind: 'file' | 'directory';
  /** Of the content in the tar, in bytes. */
  readonly start: number;
  /** Behind the last byte of the content; `start` of directories. */
  readonly end: number;
  /** As written; kongcrate never applies it. */
  readonly mode: number;
}

export interface TarEntry extends TarRange {
  /** A view into the tar; empty for directories. */
  readonly bytes: Uint8Array;
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
  return indexTar(buffer, limits, profile).map((entry) => ({
    ...entry,
    bytes: buffer.subarray(entry.start, entry.end),
  }));
}

/**
 * As {@link scanTar}, of a tar that need not be in memory: of the content nothing is read.
 * @throws KongcrateError ARCHIVE_REFUSED, and what `tar` throws
 */
export function indexTar(
  tar: ByteSource,
  limits: ArchiveLimits,
  profile: TarProfile,
): readonly TarRange[] {
  checkLength(tar, limits);
  const claimed = new ClaimedPaths();
  const entries: TarRange[] = [];
  let entryCount = 0;
  let meta: TarMeta | undefined;
  let isDangling = false;
  let offset = 0;
  while (!isEnd(tar, offset)) {
    const header = readTarHeader(tar, offset);
    checkData(tar, header);
    offset += BLOCK_BYTES + paddedBytes(header.sizeBytes);
    isDangling = isMeta(header);
    if (isDangling) {
      meta = readMeta(header, metaOf(tar, header), meta);
      continue;
    }
    if (++entryCount > limits.maxFiles) throw tooMany(limits);
    const entry = readEntry(header, meta, profile);
    meta = undefined;
    if (entry.path === '') continue;
    claimed.claim(entry.path, entry.kind);
    if (!isLink(header)) entries.push(entry);
  }
  // Python's tarfile fails there, behind a global header too.
  if (isDangling) throw refuseAt(offset, 'META_ORDER', 'an extended header without its entry');
  return entries;
}

function readEntry(header: TarHeader, meta: TarMeta | undefined, profile: TarProfile): TarRange {
  const name = meta?.path ?? nameOf(header);
  const kind = kindOf(header, name, profile);
  if (!isLink(header)) checkLinkFields(header);
  if (meta?.sizeBytes !== undefined && meta.sizeBytes !== header.sizeBytes)
    throw refuseAt(header.offset, 'SIZE_DISAGREES', `the two sizes of ${quote(name)} differ`);
  // Some readers skip such data, some take it for the next header, tar-stream waits for ever.
  if ((kind === 'directory' || isLink(header)) && header.sizeBytes > 0)
    throw refuseAt(header.offset, 'DIRECTORY_SIZE', `${quote(name)} is no file and has data`);
  if (kind === 'file' && (header.mode & 0o7000) !== 0)
    throw refuseAt(header.offset, 'MODE', `${quote(name)} has setuid, setgid or sticky set`);
  const start = header.offset + BLOCK_BYTES;
  const end = start + header.sizeBytes;
  return { path: checkEntryPath(name, kind, profile), kind, start, end, mode: header.mode };
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

function checkData(tar: ByteSource, header: TarHeader): void {
  const start = header.offset + BLOCK_BYTES;
  const next = start + paddedBytes(header.sizeBytes);
  if (next > tar.length)
    throw refuseAt(header.offset, 'TRUNCATED', `an entry of ${header.sizeBytes} bytes is cut off`);
  if (!isZero(tar, start + header.sizeBytes, next))
    throw refuseAt(header.offset, 'PADDING', 'the padding after an entry is not zero');
}

function metaOf(tar: ByteSource, { offset, sizeBytes }: TarHeader): Buffer {
  const start = offset + BLOCK_BYTES;
  return asBuffer(tar.subarray(start, start + Math.min(sizeBytes, MAX_META_BYTES)));
}

/** Readers stop at one zero block or at two, and some read on after them: so two, and only zeros. */
function isEnd(tar: ByteSource, offset: number): boolean {
  if (offset >= tar.length) throw refuseAt(offset, 'NO_END', 'the end-of-archive mark is missing');
  if (!isZero(tar, offset, offset + BLOCK_BYTES)) return false;
  if (offset + BLOCK_BYTES >= tar.length)
    throw refuseAt(offset, 'NO_END', 'the end-of-archive mark is cut off');
  if (!isZero(tar, offset, tar.length))
    throw refuseAt(offset, 'AFTER_END', 'data follows the end-of-archive mark');
  return true;
}

function isZero(tar: ByteSource, start: number, end: number): boolean {
  for (let at = start; at < end; at += PIECE_BYTES)
    if (tar.subarray(at, Math.min(at + PIECE_BYTES, end)).some((byte) => byte !== 0)) return false;
  return true;
}

function paddedBytes(sizeBytes: number): number {
  return Math.ceil(sizeBytes / BLOCK_BYTES) * BLOCK_BYTES;
}

function checkLength(tar: ByteSource, limits: ArchiveLimits): void {
  if (tar.length % BLOCK_BYTES !== 0)
    throw refuseAt(tar.length, 'UNALIGNED', `a tar cannot have ${tar.length} bytes`);
  if (tar.length > limits.maxUnpackedBytes)
    throw archiveRefused(
      'TOO_LARGE',
      `its tar has ${tar.length} bytes, more than ${limits.maxUnpackedBytes}`,
      { remedy: 'If the archive is meant to be that large, raise --max-unpacked-size.' },
    );
}

function tooMany(limits: ArchiveLimits): Error {
  return archiveRefused('TOO_MANY_ENTRIES', `it has more than ${limits.maxFiles} entries`, {
    remedy: 'If the archive is meant to hold that many, raise --max-files.',
  });
}
