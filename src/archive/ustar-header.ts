import { archiveRefused } from './archive-refused.ts';
import { BLOCK_BYTES } from './tar-header.ts';

/** What eleven octal digits hold. */
const MAX_ENTRY_BYTES = 8 ** 11 - 1;

/** POSIX.1-1988 ustar: the two fields a path is split over at a slash. */
export const MAX_NAME_BYTES = 100;
export const MAX_PREFIX_BYTES = 155;
const PREFIX_AT = 345;

/**
 * The header of a regular file, mode 0644, owner 0, time 0.
 * @param path ASCII that fits: see {@link prefixBytes}
 * @param numberEnd what stands behind numbers: NUL as Go's archive/tar writes it, or a space
 * @throws KongcrateError ARCHIVE_REFUSED (TOO_LARGE) from 8 GiB
 */
export function ustarHeader(path: string, sizeBytes: number, numberEnd: '\0' | ' ' = '\0'): Buffer {
  if (sizeBytes > MAX_ENTRY_BYTES)
    throw archiveRefused('TOO_LARGE', `${path} has ${sizeBytes} bytes, more than a tar can say`, {
      remedy: 'Leave the file out, or carry the artifact in an OCI layout: oci-layout:DIRECTORY.',
    });
  const block = Buffer.alloc(BLOCK_BYTES);
  const writeOctal = (value: number, offset: number, digits: number): void => {
    block.write(value.toString(8).padStart(digits, '0') + numberEnd, offset);
  };
  // Behind a space a NUL stays.
  const short = numberEnd === ' ' ? 6 : 7;
  const prefixEnd = prefixBytes(path);
  block.write(prefixEnd > 0 ? path.slice(prefixEnd + 1) : path, 0);
  block.write(path.slice(0, prefixEnd), PREFIX_AT);
  writeOctal(0o644, 100, short);
  writeOctal(0, 108, short);
  writeOctal(0, 116, short);
  writeOctal(sizeBytes, 124, 11);
  writeOctal(0, 136, 11);
  block.write('        0', 148);
  block.write('ustar\x0000', 257);
  writeOctal(0, 329, short);
  writeOctal(0, 337, short);
  let checksum = 0;
  for (const byte of block) checksum += byte;
  writeOctal(checksum, 148, 6);
  block.write(numberEnd === ' ' ? '\0' : ' ', 155);
  return block;
}

/** How much of a path goes into the prefix: nothing where it fits the name, or fits neither. */
export function prefixBytes(path: string): number {
  if (path.length <= MAX_NAME_BYTES) return 0;
  const slash = path.indexOf('/', path.length - MAX_NAME_BYTES - 1);
  return slash > 0 && slash <= MAX_PREFIX_BYTES && slash < path.length - 1 ? slash : 0;
}

/** What follows the bytes of an entry. */
export function paddingAfter(sizeBytes: number): Buffer {
  return Buffer.alloc((BLOCK_BYTES - (sizeBytes % BLOCK_BYTES)) % BLOCK_BYTES);
}
