/** One entry of a source directory, as the workflow that reads directories hands it over. */
export interface SourceFile {
  /** Relative to the source directory, with `/`. */
  readonly path: string;
  readonly kind: 'file' | 'symlink' | 'special';
  /** Empty for anything but a regular file. */
  readonly bytes: Uint8Array;
}
