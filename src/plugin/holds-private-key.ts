/** PEM of every kind: PKCS#1, PKCS#8, SEC1, OpenSSH, PGP, and cosign's encrypted keys. */
const MARKER = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/;
/** In code a lone marker is something to compare with; with data behind it, it is a key. */
const MARKER_AND_DATA = new RegExp(`${MARKER.source}(?:\\s|\\\\[nr])+[\\w+/=:;,. -]{16}`);
const KEY_NAME = /^(?:cosign\.key|id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?|.*\.(?:p12|pfx|jks))$/i;

/** Whether a file is, or holds, a private key: the seed makes `cosign.key` beside the plugin. */
export function holdsPrivateKey(path: string, bytes: Uint8Array): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (KEY_NAME.test(name)) return true;
  const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (!content.includes('PRIVATE KEY')) return false;
  return (name.endsWith('.lua') ? MARKER_AND_DATA : MARKER).test(content.toString('latin1'));
}
