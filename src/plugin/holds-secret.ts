/** Keys, and settings that hold passwords, by the names that tools give them. */
const SECRET_NAME =
  /^(?:id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?|.*\.(?:p12|pfx|jks|ppk|env)|\.env\..*|\.npmrc)$/i;
const KEY_NAME = /\.key$/i;

/** As bytes, since Node.js looks for UTF-16 text at even offsets only. */
const PRIVATE_KEY: readonly Buffer[] = [
  Buffer.from('PRIVATE KEY'),
  Buffer.from('PRIVATE KEY', 'utf16le').subarray(0, -1),
];
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

/**
 * Whether a file is, or holds, a private key or a file of passwords: the seed makes `cosign.key`
 * beside the plugin. Linear in the size of the file.
 */
export function holdsSecret(path: string, bytes: Uint8Array): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (SECRET_NAME.test(name)) return true;
  const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (KEY_NAME.test(name) && !content.includes('PUBLIC KEY')) return true;
  if (content.includes(PUTTY_HEADER) && PUTTY_DATA.test(content.toString('latin1'))) return true;
  if (content.includes('AGE-SECRET-KEY-1') && AGE.test(content.toString('latin1'))) return true;
  return holdsPem(content, name.endsWith('.lua'));
}

function holdsPem(content: Buffer, isCode: boolean): boolean {
  if (!PRIVATE_KEY.some((text) => content.includes(text))) return false;
  // Without its zeros, ASCII in UTF-16 of either byte order is ASCII.
  const text = content.toString('latin1').replaceAll('\0', '');
  return (isCode ? PEM_AND_DATA : PEM).test(text);
}
