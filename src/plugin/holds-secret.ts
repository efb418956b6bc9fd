import type { ByteSource } from '../content/byte-source.ts';

/** Keys, and settings that hold passwords, by the names that tools give them. */
const SECRET_NAME =
  /^(?:id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?|.*\.(?:p12|pfx|jks|ppk|env)|\.env\..*|\.npmrc)$/i;
const KEY_NAME = /\.key$/i;

/** What one of them has at least: one search for all keeps large files cheap. */
const MARK =
  /PRIVATE KEY|P\0R\0I\0V\0A\0T\0E\0 \0K\0E\0Y|PUBLIC KEY|AGE-SECRET-KEY-1|PuTTY-User-Key-File-|Private-Lines: ?[0-9]/;
const PRIVATE_KEY = /PRIVATE KEY|P\0R\0I\0V\0A\0T\0E\0 \0K\0E\0Y/;
/** PEM of every kind: PKCS#1, PKCS#8, SEC1, OpenSSH, PGP, and cosign's encrypted keys. */
const PEM = /-----BEGIN (?:[A-Z0-9]{1,20} ){0,5}PRIVATE KEY(?: BLOCK)?-----/;
/** What may stand in Lua between the lines of one text: `..`, quotes, escapes, `table.concat`. */
const BETWEEN = /(?:[\s"'.,;()[\]{}]|\\(?:[nrz"'\r\n]|0?1[03]|x0[ad])){1,200}/;
/** Not a name behind an operator: `"-----BEGIN …\n" .. encode(key)` holds no key. */
const DATA =
  /(?<![.,;(){}\]]\s*)(?:[A-Za-z0-9+/=]{24}|(?:Proc-Type|DEK-Info|Version|Comment|Charset|Hash): )/;
/** In code a lone marker is something to compare with; with data behind it, it is a key. */
const PEM_AND_DATA = new RegExp(`${PEM.source}${BETWEEN.source}${DATA.source}`, 'i');

/** An identity of age; PuTTY's format, whose header and data are told together. */
const AGE = /AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{20}/;
const PUTTY_HEADER = 'PuTTY-User-Key-File-';
const PUTTY_DATA = /Private-Lines: ?[0-9]/;

/** What is looked at together. Nothing that is looked for is longer than what two of them share. */
const WINDOW_BYTES = 256 * 1024;
const SHARED_BYTES = 16 * 1024;

/**
 * Whether a file is, or holds, a private key or a file of passwords: the seed makes `cosign.key`
 * beside the plugin. Linear in the size of the file.
 */
export function holdsSecret(path: string, bytes: ByteSource): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (SECRET_NAME.test(name)) return true;
  const seen = { publicKey: false, puttyHeader: false, puttyData: false };
  for (const text of textsOf(bytes)) {
    if (!MARK.test(text)) continue;
    if (AGE.test(text) || holdsPem(text, name.endsWith('.lua'))) return true;
    seen.publicKey ||= text.includes('PUBLIC KEY');
    seen.puttyHeader ||= text.includes(PUTTY_HEADER);
    seen.puttyData ||= PUTTY_DATA.test(text);
  }
  return (KEY_NAME.test(name) && !seen.publicKey) || (seen.puttyHeader && seen.puttyData);
}

/** A character a byte. */
function* textsOf(bytes: ByteSource): Generator<string, void> {
  const scratch = Buffer.allocUnsafe(Math.min(bytes.length, WINDOW_BYTES));
  for (let start = 0; start === 0 || start + SHARED_BYTES < bytes.length;) {
    const end = Math.min(start + WINDOW_BYTES, bytes.length);
    const { buffer, byteOffset, byteLength } = bytes.subarray(start, end, scratch);
    yield Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
    start += WINDOW_BYTES - SHARED_BYTES;
  }
}

function holdsPem(text: string, isCode: boolean): boolean {
  if (!PRIVATE_KEY.test(text)) return false;
  // Without its zeros, ASCII in UTF-16 of either byte order is ASCII.
  return (isCode ? PEM_AND_DATA : PEM).test(text.replaceAll('\0', ''));
}
