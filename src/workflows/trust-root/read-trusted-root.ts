import { readSourceFile } from '../read-source-file.ts';

/** The most bytes of a trusted root: sigstore's public one has 7 KiB. */
export const MAX_TRUSTED_ROOT_BYTES: number = 1024 * 1024;

/**
 * Reads a trusted root as the text it is.
 * @throws KongcrateError SOURCE_UNREADABLE
 */
export function readTrustedRoot(path: string): string {
  return readSourceFile(path, MAX_TRUSTED_ROOT_BYTES).toString('utf8');
}
