import { sign } from 'node:crypto';
import { ECDSA_SHA256, nameOf, type KeyPair } from './certificate.ts';
import * as asn from './der.ts';
import { sha256 } from './sha256.ts';

const SIGNED_DATA = '1.2.840.113549.1.7.2';
const TOKEN_INFO = '1.2.840.113549.1.9.16.1.4';
const CONTENT_TYPE = '1.2.840.113549.1.9.3';
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4';
const SIGNING_CERTIFICATE_V2 = '1.2.840.113549.1.9.16.2.47';
/** The policy that sigstore's own authority names. */
const POLICY = '1.3.6.1.4.1.57264.2';
const SHA256 = asn.sequence(asn.objectId('2.16.840.1.101.3.4.2.1'));

/** Who signs, and how the token names it. */
export interface TimestampSigner {
  readonly certificate: Buffer;
  readonly serial: Buffer;
  readonly issuer: string;
  readonly keys: KeyPair;
}

export interface TokenInfo {
  /** In DER, as the request has it. */
  readonly messageImprint: Buffer;
  /** In DER, if the request has one. */
  readonly nonce?: Buffer | undefined;
  readonly at: Date;
}

/** A granted answer with a token in it (RFC 3161, 2.4.2), the signer's certificate included. */
export function makeTimestampReply(info: TokenInfo, signer: TimestampSigner): Buffer {
  const granted = asn.sequence(asn.smallInteger(0));
  return asn.sequence(granted, makeToken(makeTokenInfo(info), signer));
}

function makeTokenInfo({ messageImprint, nonce, at }: TokenInfo): Buffer {
  return asn.sequence(
    asn.smallInteger(1),
    asn.objectId(POLICY),
    messageImprint,
    asn.smallInteger(1),
    asn.time(at),
    ...(nonce ? [nonce] : []),
  );
}

/** A CMS SignedData over the token's info (RFC 5652, 5.1). */
function makeToken(info: Buffer, signer: TimestampSigner): Buffer {
  const content = asn.sequence(asn.objectId(TOKEN_INFO), asn.tagged(0, asn.octets(info)));
  const signedData = asn.sequence(
    asn.smallInteger(3),
    asn.set(SHA256),
    content,
    asn.tagged(0, signer.certificate),
    asn.set(makeSignerInfo(info, signer)),
  );
  return asn.sequence(asn.objectId(SIGNED_DATA), asn.tagged(0, signedData));
}

function makeSignerInfo(info: Buffer, signer: TimestampSigner): Buffer {
  // RFC 5816: by default the hash of the certificate is sha256.
  const certificateId = asn.sequence(asn.octets(sha256(signer.certificate)));
  const attributes = asn.set(
    attribute(CONTENT_TYPE, asn.objectId(TOKEN_INFO)),
    attribute(MESSAGE_DIGEST, asn.octets(sha256(info))),
    attribute(SIGNING_CERTIFICATE_V2, asn.sequence(asn.sequence(certificateId))),
  );
  // RFC 5652, 5.4: signed as a SET, sent as [0].
  const sent = Buffer.from(attributes);
  sent[0] = 0xa0;
  return asn.sequence(
    asn.smallInteger(1),
    asn.sequence(nameOf(signer.issuer), asn.integer(signer.serial)),
    SHA256,
    sent,
    ECDSA_SHA256,
    asn.octets(sign('sha256', attributes, signer.keys.privateKey)),
  );
}

function attribute(id: string, value: Buffer): Buffer {
  return asn.sequence(asn.objectId(id), asn.set(value));
}
