import { KongcrateError } from '../errors/kongcrate-error.ts';
import { printable } from '../errors/printable.ts';

/** Why an archive is refused: `details.reason` of ARCHIVE_REFUSED. */
export type RefusalReason =
  | 'NOT_AN_ARCHIVE'
  | 'ZIP'
  | 'ZIP_CHECKSUM'
  | 'ZIP_DATA'
  | 'ZIP_EXTRA_FIELD'
  | 'ZIP_FLAGS'
  | 'ZIP_LAYOUT'
  | 'ZIP_METHOD'
  | 'ZIP64'
  | 'COMPRESSION'
  | 'EMPTY'
  | 'TOO_LARGE'
  | 'TOO_MANY_ENTRIES'
  | 'NESTED_TOO_DEEP'
  | 'READS_DIFFERENTLY'
  | 'GZIP_HEADER'
  | 'GZIP_DATA'
  | 'GZIP_TRUNCATED'
  | 'GZIP_CHECKSUM'
  | 'GZIP_LENGTH'
  | 'GZIP_TRAILING'
  | 'UNALIGNED'
  | 'TRUNCATED'
  | 'PADDING'
  | 'NO_END'
  | 'AFTER_END'
  | 'FORMAT'
  | 'CHECKSUM'
  | 'NUMBER'
  | 'TEXT_FIELD'
  | 'ENTRY_TYPE'
  | 'DIRECTORY_SIZE'
  | 'MODE'
  | 'META_SIZE'
  | 'META_ORDER'
  | 'PAX_RECORD'
  | 'PAX_KEY'
  | 'PAX_VALUE'
  | 'SIZE_DISAGREES'
  | 'PATH_EMPTY'
  | 'PATH_ABSOLUTE'
  | 'PATH_SEGMENT'
  | 'PATH_CHARACTER'
  | 'PATH_LENGTH'
  | 'PATH_DEPTH'
  | 'PATH_RESERVED'
  | 'PATH_WHITEOUT'
  | 'PATH_USTAR'
  | 'DUPLICATE'
  | 'COLLISION'
  | 'FILE_AS_DIRECTORY'
  | 'IMAGE_COUNT'
  | 'LAYER_COUNT';

export interface RefusalOptions {
  readonly remedy?: string;
  readonly details?: Readonly<Record<string, string | number | readonly string[]>>;
  readonly cause?: unknown;
}

const REMEDY =
  'Do not install it. Ask its author to pack it again with `kongcrate pack`, or with GNU tar: `tar --format=ustar -czf`.';

/** The error for an archive that is refused as a whole. */
export function archiveRefused(
  reason: RefusalReason,
  what: string,
  options: RefusalOptions = {},
): KongcrateError {
  return new KongcrateError('ARCHIVE_REFUSED', `archive refused: ${what}`, {
    remedy: options.remedy ?? REMEDY,
    details: { ...options.details, reason },
    cause: options.cause,
  });
}

const SHOWN_CHARACTERS = 200;

/** Text of an archive as it may be printed: quoted, short, and without terminal controls. */
export function quote(text: string): string {
  const shown = text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
  return printable(JSON.stringify(shown));
}
