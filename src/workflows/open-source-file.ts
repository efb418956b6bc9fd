import { sniffFormat } from '../archive/sniff-format.ts';
import type { ByteSource } from '../content/byte-source.ts';
import type { Spooling } from '../content/spool.ts';
import { FileBytes } from '../system/file-bytes.ts';
import { readSourceFile } from './read-source-file.ts';

/**
 * Opens an archive named by the user. A large one stays where it is: each piece of it is read when
 * it is needed, and refused where the file was changed since.
 * @param options `maxBytes` is the most that the file may have
 * @throws KongcrateError NOT_FOUND; SOURCE_UNREADABLE, also for larger files and what is none
 */
export function openSourceFile(
  path: string,
  options: { readonly spooling: Spooling; readonly maxBytes?: number },
): ByteSource {
  const file = new FileBytes(path);
  const isTooLarge = options.maxBytes !== undefined && file.length > options.maxBytes;
  const isHeld = sniffFormat(file) === 'zip' || isTooLarge || options.spooling.holds(file.length);
  return isHeld ? readSourceFile(path, options.maxBytes) : file;
}
