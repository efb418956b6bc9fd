/** One block of a PEM file (RFC 7468): what it says it is, and its bytes. */
export interface PemBlock {
  readonly label: string;
  readonly der: Buffer;
}

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----/g;
const COLUMNS = /.{1,64}/g;

/**
 * Reads the only block of a PEM file. Two keys in one file would leave it open which one counts,
 * so anything but one block gives `undefined`; the curve that openssl writes before an EC key is
 * no key and does not count.
 */
export function readPem(pem: string): PemBlock | undefined {
  const blocks = [...pem.matchAll(BLOCK)]
    .map(([, label = '', base64 = '']) => ({ label, der: Buffer.from(base64, 'base64') }))
    .filter(({ label }) => label !== 'EC PARAMETERS');
  return blocks.length === 1 ? blocks[0] : undefined;
}

/** Writes one block in lines of 64 columns, as Go's encoding/pem does. */
export function writePem(label: string, bytes: Uint8Array): string {
  const lines = Buffer.from(bytes).toString('base64').match(COLUMNS) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
