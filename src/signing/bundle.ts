import { createHash } from 'node:crypto';
import {
  BUNDLE_V03_MEDIA_TYPE,
  bundleToJSON,
  envelopeToJSON,
  type Bundle,
  type Envelope,
} from '@sigstore/bundle';
import { dsse } from '@sigstore/core';
import { HashAlgorithm } from '@sigstore/protobuf-specs';
import type { NewSignature } from './make-signature.ts';
import { STATEMENT_PAYLOAD_TYPE } from './statement.ts';

/** The bytes a DSSE signature covers (DSSE protocol.md, "PAE"). */
export function encodeSignedBytes(statement: Buffer): Buffer {
  return dsse.preAuthEncoding(STATEMENT_PAYLOAD_TYPE, statement);
}

/** A bundle v0.3 around a signed statement, as cosign 3 writes it. */
export function encodeBundle(statement: Buffer, made: NewSignature): Buffer {
  return encode(made, { $case: 'dsseEnvelope', dsseEnvelope: envelopeOf(statement, made) });
}

/** The envelope alone, as both cosigns keep it under an `.att` tag. */
export function encodeEnvelope(statement: Buffer, made: NewSignature): Buffer {
  return Buffer.from(JSON.stringify(envelopeToJSON(envelopeOf(statement, made))));
}

function envelopeOf(payload: Buffer, { signature }: NewSignature): Envelope {
  return {
    payload,
    payloadType: STATEMENT_PAYLOAD_TYPE,
    // cosign 3 compares a keyid with the ssh fingerprint and refuses any other: none is written.
    signatures: [{ sig: Buffer.from(signature), keyid: '' }],
  };
}

/** A bundle v0.3 beside a signed file, as `cosign sign-blob --bundle` of cosign 3 writes it. */
export function encodeFileBundle(file: Uint8Array, made: NewSignature): Buffer {
  const digest = createHash('sha256').update(file).digest();
  return encode(made, {
    $case: 'messageSignature',
    messageSignature: {
      messageDigest: { algorithm: HashAlgorithm.SHA2_256, digest },
      signature: Buffer.from(made.signature),
    },
  });
}

function encode({ signer, proofs }: NewSignature, content: Bundle['content']): Buffer {
  const { entries, timestamps } = proofs;
  const rfc3161Timestamps = timestamps.map((der) => ({ signedTimestamp: Buffer.from(der) }));
  const json = bundleToJSON({
    mediaType: BUNDLE_V03_MEDIA_TYPE,
    verificationMaterial: {
      content: signerOf(signer),
      tlogEntries: [...entries],
      timestampVerificationData: timestamps.length > 0 ? { rfc3161Timestamps } : undefined,
    },
    content,
  });
  return Buffer.from(JSON.stringify(json));
}

function signerOf({
  identity,
  certificate,
}: NewSignature['signer']): Bundle['verificationMaterial']['content'] {
  if (certificate)
    return { $case: 'certificate', certificate: { rawBytes: Buffer.from(certificate.leaf) } };
  const hint = Buffer.from(identity.keyId, 'hex').toString('base64');
  return { $case: 'publicKey', publicKey: { hint } };
}
