import { createHash, type JsonWebKey, type KeyObject } from 'node:crypto';

/** RFC 5656, 6.1 and 6.2.1: what ssh calls the curves of JSON Web Keys. */
const CURVES: Readonly<Record<string, string>> = {
  'P-256': 'nistp256',
  'P-384': 'nistp384',
  'P-521': 'nistp521',
};

/**
 * The fingerprint by which Go's DSSE library, and so cosign 3, names a public key in a `keyid`:
 * what `ssh-keygen -l` prints.
 */
export function sshFingerprint(key: KeyObject): string {
  const wire = Buffer.concat(wireFields(key.export({ format: 'jwk' })).map(withLength));
  const hash = createHash('sha256').update(wire).digest('base64');
  return `SHA256:${hash.replace(/=+$/, '')}`;
}

function wireFields({ kty, crv = '', x, y, e, n }: JsonWebKey): readonly Buffer[] {
  if (kty === 'RSA') return [Buffer.from('ssh-rsa'), positive(e), positive(n)];
  if (kty === 'OKP') return [Buffer.from('ssh-ed25519'), bytesOf(x)];
  const curve = CURVES[crv] ?? crv;
  const point = Buffer.concat([Buffer.from([4]), bytesOf(x), bytesOf(y)]);
  return [Buffer.from(`ecdsa-sha2-${curve}`), Buffer.from(curve), point];
}

/** RFC 4251, section 5, "mpint": a leading one bit would make it negative. */
function positive(base64: string | undefined): Buffer {
  const bytes = bytesOf(base64);
  const isHigh = ((bytes[0] ?? 0) & 0x80) !== 0;
  return isHigh ? Buffer.concat([Buffer.from([0]), bytes]) : bytes;
}

function bytesOf(base64 = ''): Buffer {
  return Buffer.from(base64, 'base64url');
}

function withLength(field: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(field.length);
  return Buffer.concat([length, field]);
}
