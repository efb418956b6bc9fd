import { archiveRefused } from './archive-refused.ts';
import { BLOCK_BYTES } from './tar-header.ts';

/** What eleven octal digits hold. */
const MAX_ENTRY_BYTES = 8 ** 11 - 1;

/**
 * The header of a regular file, mode 0644, owner 0, time 0, as Go's archive/tar writes it, which
 * ends numbers with NUL alone.
 * @param name at most 100 characters of ASCII
 * @throws KongcrateError ARCHIVE_REFUSED (TOO_LARGE) from 8 GiB
 */
export function ustarHeader(name: string, sizeBytes: number): Buffer {
  if (sizeBytes > MAX_ENTRY_BYTES)
    throw archiveRefused('TOO_LARGE', `${name} has ${sizeBytes} bytes, more than a tar can say`, {
      remedy: 'Carry it in an OCI layout: oci-layout:DIRECTORY.',
    });
  const block = Buffer.alloc(BLOCK_BYTES);
  const writeOctal = (value: number, offset: number, length: number): void => {
    block.write(value.toString(8).padStart(length - 1, '0'), offset);
  };
  block.write(name, 0);
  writeOctal(0o644, 100, 8);
  writeOctal(0, 108, 8);
  writeOctal(0, 116, 8);
  writeOctal(sizeBytes, 124, 12);
  writeOctal(0, 136, 12);
  block.write('        0', 148);
  block.write('ustar\x0000', 257);
  writeOctal(0, 329, 8);
  writeOctal(0, 337, 8);
  const checksum = block.reduce((sum, byte) => sum + byte, 0);
  writeOctal(checksum, 148, 7);
  block.write('\0 ', 154);
  return block;
}

/** What follows the bytes of an entry. */
export function paddingAfter(sizeBytes: number): Buffer {
  return Buffer.alloc((BLOCK_BYTES - (sizeBytes % BLOCK_BYTES)) % BLOCK_BYTES);
}
