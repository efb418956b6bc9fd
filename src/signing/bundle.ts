import { createHash } from 'node:crypto';
import { BUNDLE_V03_MEDIA_TYPE, bundleToJSON, type Bundle } from '@sigstore/bundle';
import { dsse } from '@sigstore/core';
import { HashAlgorithm } from '@sigstore/protobuf-specs';
import type { PublicKey } from './public-key.ts';
import { STATEMENT_PAYLOAD_TYPE } from './statement.ts';

/** The bytes a DSSE signature covers (DSSE protocol.md, "PAE"). */
export function encodeSignedBytes(statement: Buffer): Buffer {
  return dsse.preAuthEncoding(STATEMENT_PAYLOAD_TYPE, statement);
}

/** A bundle v0.3 around a signed statement, as cosign 3 writes it. */
export function encodeBundle(
  statement: Buffer,
  signature: Uint8Array,
  identity: PublicKey,
): Buffer {
  return encode(identity, {
    $case: 'dsseEnvelope',
    dsseEnvelope: {
      payload: statement,
      payloadType: STATEMENT_PAYLOAD_TYPE,
      // cosign 3 compares a keyid with the ssh fingerprint and refuses any other: none is written.
      signatures: [{ sig: Buffer.from(signature), keyid: '' }],
    },
  });
}

/** A bundle v0.3 beside a signed file, as `cosign sign-blob --bundle` of cosign 3 writes it. */
export function encodeFileBundle(
  file: Uint8Array,
  signature: Uint8Array,
  identity: PublicKey,
): Buffer {
  const digest = createHash('sha256').update(file).digest();
  return encode(identity, {
    $case: 'messageSignature',
    messageSignature: {
      messageDigest: { algorithm: HashAlgorithm.SHA2_256, digest },
      signature: Buffer.from(signature),
    },
  });
}

function encode(identity: PublicKey, content: Bundle['content']): Buffer {
  const hint = Buffer.from(identity.keyId, 'hex').toString('base64');
  const json = bundleToJSON({
    mediaType: BUNDLE_V03_MEDIA_TYPE,
    verificationMaterial: {
      content: { $case: 'publicKey', publicKey: { hint } },
      tlogEntries: [],
      timestampVerificationData: undefined,
    },
    content,
  });
  return Buffer.from(JSON.stringify(json));
}
