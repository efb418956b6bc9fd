import type { ByteSource } from '../content/byte-source.ts';
import { archiveRefused, quote, type RefusalReason } from './archive-refused.ts';
import { asBuffer } from './as-buffer.ts';

export const BLOCK_BYTES = 512;

/** One header block: POSIX ustar, or the GNU variant of it. */
export interface TarHeader {
  /** Where the block stands in the tar, in bytes. */
  readonly offset: number;
  /** The type flag as a character: '0' file, '5' directory, 'x' PAX, … */
  readonly type: string;
  readonly sizeBytes: number;
  /** Permission bits with setuid, setgid and sticky; a file type above them is dropped. */
  readonly mode: number;
  readonly block: Buffer;
  readonly isGnu: boolean;
}

const POSIX_MAGIC = 'ustar\x0000';
const GNU_MAGIC = 'ustar  \0';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads and checks the header block at `offset`; it must be complete.
 * @throws KongcrateError ARCHIVE_REFUSED
 */
export function readTarHeader(tar: ByteSource, offset: number): TarHeader {
  const block = asBuffer(tar.subarray(offset, offset + BLOCK_BYTES));
  const isGnu = checkMagic(block, offset);
  checkChecksum(block, offset);
  checkTrailer(block, offset);
  checkUnusedNumbers(block, offset);
  return {
    offset,
    type: block.toString('latin1', 156, 157),
    sizeBytes: octal(block.subarray(124, 136), offset),
    mode: octal(block.subarray(100, 108), offset) & 0o7777,
    block,
    isGnu,
  };
}

/** The name in the header block itself: prefix and name (POSIX.1-1988 ustar). */
export function nameOf(header: TarHeader): string {
  const { block, offset } = header;
  const name = textField(block.subarray(0, 100), offset);
  const prefix = header.isGnu ? '' : prefixOf(block, offset);
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** star and node-tar put two times behind a short prefix; a NUL keeps every reader from them. */
function prefixOf(block: Buffer, offset: number): string {
  const hasTimes = block[475] === 0;
  if (!hasTimes) return textField(block.subarray(345, 500), offset);
  checkUnusedNumber(block.subarray(476, 488), offset);
  checkUnusedNumber(block.subarray(488, 500), offset);
  return textField(block.subarray(345, 475), offset);
}

/** Refuses what links would use on an entry that is none. */
export function checkLinkFields(header: TarHeader): void {
  if (textField(header.block.subarray(157, 257), header.offset) !== '')
    throw refuseAt(header.offset, 'TEXT_FIELD', 'an entry that is no link has a link name');
  // GNU keeps other things where ustar has the prefix; Python's tarfile reads a prefix anyway.
  if (header.isGnu && header.block.subarray(345, 500).some((byte) => byte !== 0))
    throw refuseAt(header.offset, 'TEXT_FIELD', 'a GNU header has data in the place of the prefix');
}

/** Decodes UTF-8 strictly; every reader replaces broken bytes in its own way. */
export function decodeText(bytes: Uint8Array, offset: number): string {
  try {
    return utf8.decode(bytes);
  } catch (error) {
    throw archiveRefused('TEXT_FIELD', `a name at byte ${offset} is not UTF-8`, { cause: error });
  }
}

/** A refusal that says where. */
export function refuseAt(offset: number, reason: RefusalReason, what: string): Error {
  return archiveRefused(reason, `${what} (at byte ${offset})`, { details: { offset } });
}

function checkMagic(block: Buffer, offset: number): boolean {
  const magic = block.toString('latin1', 257, 265);
  if (magic !== POSIX_MAGIC && magic !== GNU_MAGIC)
    throw refuseAt(offset, 'FORMAT', 'a header is neither POSIX ustar nor GNU tar');
  return magic === GNU_MAGIC;
}

function checkChecksum(block: Buffer, offset: number): void {
  let sum = 8 * 0x20;
  for (let index = 0; index < BLOCK_BYTES; index++)
    if (index < 148 || index >= 156) sum += block[index] ?? 0;
  if (octal(block.subarray(148, 156), offset) !== sum)
    throw refuseAt(offset, 'CHECKSUM', 'a header has a wrong checksum');
}

/** star writes `tar` there, and whoever knows it reads a shorter prefix; no other writer uses it. */
function checkTrailer(block: Buffer, offset: number): void {
  if (block.subarray(500).some((byte) => byte !== 0))
    throw refuseAt(offset, 'FORMAT', 'a header has data behind its last field');
}

function checkUnusedNumbers(block: Buffer, offset: number): void {
  checkOwner(block.subarray(108, 116), offset);
  checkOwner(block.subarray(116, 124), offset);
  checkUnusedNumber(block.subarray(136, 148), offset);
  checkUnusedNumber(block.subarray(329, 337), offset);
  checkUnusedNumber(block.subarray(337, 345), offset);
}

/** GNU tar writes owners above 2,097,151 as base-256; above 32 bits it stops with an error. */
function checkOwner(field: Buffer, offset: number): void {
  const isBase256 = field.readUInt32BE(0) === 0x80000000;
  if (!isBase256) checkUnusedNumber(field, offset);
}

/**
 * Owners, times and device numbers are never used, but a reader that cannot parse one stops there
 * (Python's tarfile silently), so it would list other files. node-tar leaves some of them empty,
 * and drops an entry whose time is base-256.
 */
function checkUnusedNumber(field: Buffer, offset: number): void {
  if (field.some((byte) => byte !== 0)) octal(field, offset);
}

/** Digits, then spaces or NULs to the end; no base-256, whose sign and size readers dispute. */
function octal(field: Buffer, offset: number): number {
  const text = field.toString('latin1');
  const digits = /^ *([0-7]+)[ \0]*$/.exec(text)?.[1];
  if (digits === undefined)
    throw refuseAt(offset, 'NUMBER', `a header has the number ${quote(text)}, which is not octal`);
  return parseInt(digits, 8);
}

function textField(field: Buffer, offset: number): string {
  const zero = field.indexOf(0);
  const end = zero < 0 ? field.length : zero;
  if (field.subarray(end).some((byte) => byte !== 0))
    throw refuseAt(offset, 'TEXT_FIELD', 'a text field of a header goes on after its NUL');
  return decodeText(field.subarray(0, end), offset);
}
