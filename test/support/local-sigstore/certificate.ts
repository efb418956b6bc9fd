import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import * as asn from './der.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
export const ECDSA_SHA256: Buffer = asn.sequence(asn.objectId('1.2.840.10045.4.3.2'));

export interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** What a certificate says. */
export interface CertificateFields {
  /** From {@link makeSerial}. */
  readonly serial: Buffer;
  /** The common name; a leaf of Fulcio has none. */
  readonly subject?: string | undefined;
  readonly publicKey: KeyObject;
  readonly validFrom: Date;
  readonly validTo: Date;
  readonly extensions: readonly Buffer[];
}

/** A P-256 pair, as every server here signs with, but the second Rekor. */
export function makeKeys(): KeyPair {
  return generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
}

export interface Issuer {
  readonly name: string;
  readonly keys: KeyPair;
}

/** A certificate in DER, signed with the issuer's P-256 key. */
export function makeCertificate(fields: CertificateFields, issuer: Issuer): Buffer {
  const signed = toBeSigned(fields, issuer.name);
  const signature = sign('sha256', signed, issuer.keys.privateKey);
  return asn.sequence(signed, ECDSA_SHA256, asn.bits(signature));
}

/** The part of a certificate that is signed (RFC 5280, 4.1.2). */
export function toBeSigned(fields: CertificateFields, issuer: string): Buffer {
  return asn.sequence(
    asn.tagged(0, asn.smallInteger(2)),
    asn.integer(fields.serial),
    ECDSA_SHA256,
    nameOf(issuer),
    asn.sequence(asn.certificateTime(fields.validFrom), asn.certificateTime(fields.validTo)),
    fields.subject === undefined ? asn.sequence() : nameOf(fields.subject),
    publicKeyInfo(fields.publicKey),
    asn.tagged(3, asn.sequence(...fields.extensions)),
  );
}

/** A serial number that is positive and in its shortest form, whatever the random bytes are. */
export function makeSerial(): Buffer {
  return Buffer.concat([Buffer.from([0x42]), randomBytes(15)]);
}

/** An extension (RFC 5280, 4.2) from the DER that it holds. */
export function extension(id: string, value: Uint8Array, isCritical = false): Buffer {
  const parts = [asn.objectId(id), ...(isCritical ? [asn.truth()] : []), asn.octets(value)];
  return asn.sequence(...parts);
}

/** An authority's own certificate, from a day before `now` to a year after. */
export function makeRootCertificate({ name, keys }: Issuer, now: Date): Buffer {
  const { publicKey } = keys;
  const extensions = [
    extension('2.5.29.19', asn.sequence(asn.truth()), true),
    extension('2.5.29.15', asn.bits(Buffer.from([0x06]), 1), true),
    subjectKeyId(publicKey),
  ];
  const serial = makeSerial();
  const fields = { serial, subject: name, publicKey, extensions, ...longValidity(now) };
  return makeCertificate(fields, { name, keys });
}

/** From a day before `now` to a year after. */
export function longValidity(now: Date): { readonly validFrom: Date; readonly validTo: Date } {
  const after = (days: number): Date => new Date(now.getTime() + days * DAY_MS);
  return { validFrom: after(-1), validTo: after(365) };
}

/** What makes a certificate good to sign for one purpose only. */
export function leafExtensions(
  publicKey: KeyObject,
  authority: KeyObject,
  purpose: string,
): Buffer[] {
  return [
    extension('2.5.29.15', asn.bits(Buffer.from([0x80]), 7), true),
    // RFC 3161, 2.3: critical for a time-stamping authority.
    extension('2.5.29.37', asn.sequence(asn.objectId(purpose)), true),
    subjectKeyId(publicKey),
    extension('2.5.29.35', asn.sequence(asn.der(0x80, keyId(authority)))),
  ];
}

export function publicKeyInfo(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' });
}

export function toPem(der: Uint8Array): string {
  const lines = Buffer.from(der)
    .toString('base64')
    .replaceAll(/.{64}(?=.)/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

function subjectKeyId(key: KeyObject): Buffer {
  return extension('2.5.29.14', asn.octets(keyId(key)));
}

function keyId(key: KeyObject): Buffer {
  return createHash('sha1').update(publicKeyInfo(key)).digest();
}

/** The same organization for all, so that the common name tells them apart. */
export function nameOf(commonName: string): Buffer {
  const part = (id: string, value: string): Buffer =>
    asn.set(asn.sequence(asn.objectId(id), asn.text(value)));
  return asn.sequence(part('2.5.4.10', 'local-sigstore'), part('2.5.4.3', commonName));
}
