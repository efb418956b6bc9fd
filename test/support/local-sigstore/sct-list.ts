import { sign, type KeyObject } from 'node:crypto';
import { extension, publicKeyInfo, type KeyPair } from './certificate.ts';
import { octets } from './der.ts';
import { sha256 } from './sha256.ts';

/** RFC 6962, 3.3. */
const SCT_LIST = '1.3.6.1.4.1.11129.2.4.2';
const ECDSA_SHA256 = Buffer.from([4, 3]);
const PRECERTIFICATE = 1;

export interface LoggedCertificate {
  /** What its issuer signs, without the list that the result goes into. */
  readonly certificate: Buffer;
  readonly issuer: KeyObject;
  readonly log: KeyPair;
  readonly at: Date;
}

/** The extension that holds the log's one signed certificate timestamp (RFC 6962, 3.2). */
export function makeSctList({ certificate, issuer, log, at }: LoggedCertificate): Buffer {
  const version = Buffer.from([0]);
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(at.getTime()));
  const noExtensions = number(0, 2);
  const signed = Buffer.concat([
    version,
    number(0, 1),
    time,
    number(PRECERTIFICATE, 2),
    sha256(publicKeyInfo(issuer)),
    withLength(certificate, 3),
    noExtensions,
  ]);
  const signature = withLength(sign('sha256', signed, log.privateKey), 2);
  const logId = sha256(publicKeyInfo(log.publicKey));
  const sct = Buffer.concat([version, logId, time, noExtensions, ECDSA_SHA256, signature]);
  return extension(SCT_LIST, octets(withLength(withLength(sct, 2), 2)));
}

function withLength(bytes: Buffer, lengthBytes: number): Buffer {
  return Buffer.concat([number(bytes.length, lengthBytes), bytes]);
}

function number(value: number, byteLength: number): Buffer {
  const bytes = Buffer.alloc(byteLength);
  bytes.writeUIntBE(value, 0, byteLength);
  return bytes;
}
