import { archiveRefused, quote, type RefusalReason } from './archive-refused.ts';

/** What is read: a plugin to be written to disk, or an image tarball that only carries one. */
export type TarProfile = 'plugin' | 'container';

const MAX_PATH_BYTES = 1024;
const MAX_SEGMENT_BYTES = 255;
const MAX_DEPTH = 32;

/** Controls, bidirectional and invisible characters, and what Windows gives a meaning. */
const FORBIDDEN_CHARACTER = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\\*?"<>|]/u;
const WINDOWS_DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]) *(\.|$)/i;

/**
 * Checks the name of an entry and returns it as a plain relative path. Nothing is repaired:
 * node-tar and others were broken by paths that were cleaned first and checked after
 * (CVE-2021-32804, CVE-2026-23745).
 * @returns the path without a leading `./` and without a directory's final `/`; empty for `./`
 * @throws KongcrateError ARCHIVE_REFUSED
 */
export function checkEntryPath(
  name: string,
  kind: 'file' | 'directory',
  profile: TarProfile = 'plugin',
): string {
  const isDirectory = kind === 'directory';
  if (isDirectory && (name === './' || name === '.')) return '';
  const relative = name.startsWith('./') ? name.slice(2) : name;
  if (relative.startsWith('/')) throw refusePath('PATH_ABSOLUTE', name, 'is absolute');
  const path = isDirectory && relative.endsWith('/') ? relative.slice(0, -1) : relative;
  checkWhole(path, name, profile);
  const segments = path.split('/');
  if (segments.length > MAX_DEPTH)
    throw refusePath('PATH_DEPTH', name, `has more than ${MAX_DEPTH} segments`);
  for (const segment of segments) checkSegment(segment, name);
  return path;
}

function checkWhole(path: string, name: string, profile: TarProfile): void {
  if (path === '') throw refusePath('PATH_EMPTY', name, 'is empty');
  // crane names the config of its tarballs `sha256:<hex>`; elsewhere `C:` is a drive.
  if (FORBIDDEN_CHARACTER.test(path) || (profile === 'plugin' && path.includes(':')))
    throw refusePath('PATH_CHARACTER', name, 'has a character that not every system can hold');
  if (Buffer.byteLength(path) > MAX_PATH_BYTES)
    throw refusePath('PATH_LENGTH', name, `is longer than ${MAX_PATH_BYTES} bytes`);
}

function checkSegment(segment: string, name: string): void {
  if (segment === '' || segment === '.' || segment === '..')
    throw refusePath('PATH_SEGMENT', name, `has the segment ${quote(segment)}`);
  if (Buffer.byteLength(segment) > MAX_SEGMENT_BYTES)
    throw refusePath('PATH_LENGTH', name, `has a segment over ${MAX_SEGMENT_BYTES} bytes`);
  // Windows drops trailing dots and spaces and sees devices: two names become one.
  if (/[. ]$/.test(segment) || WINDOWS_DEVICE.test(segment))
    throw refusePath('PATH_RESERVED', name, `has ${quote(segment)}, which Windows cannot hold`);
  // OCI image-spec, layer.md, "Whiteouts": such a name deletes files of the layers below.
  if (segment.startsWith('.wh.'))
    throw refusePath('PATH_WHITEOUT', name, 'means a deletion to container runtimes');
}

function refusePath(reason: RefusalReason, name: string, why: string): Error {
  return archiveRefused(reason, `the entry ${quote(name)} ${why}`, {
    details: { entry: quote(name) },
    remedy: 'Do not install it. If the file is yours, rename it and pack again.',
  });
}
