import type { ByteSource } from '../content/byte-source.ts';

/** One entry of a source directory, as the workflow that reads directories hands it over. */
export interface SourceFile {
  /** Relative to the source directory, with `/`; a directory has one at its end. */
  readonly path: string;
  /** `own-output`: an archive or layout that was written there; `not-utf8`: its name is none. */
  readonly kind: 'file' | 'symlink' | 'special' | 'own-output' | 'not-utf8';
  /** Empty for anything but a regular file. */
  readonly bytes: ByteSource;
}
