import { BUNDLE_V03_MEDIA_TYPE, bundleToJSON } from '@sigstore/bundle';
import { dsse } from '@sigstore/core';
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
  const hint = Buffer.from(identity.keyId, 'hex').toString('base64');
  const json = bundleToJSON({
    mediaType: BUNDLE_V03_MEDIA_TYPE,
    verificationMaterial: {
      content: { $case: 'publicKey', publicKey: { hint } },
      tlogEntries: [],
      timestampVerificationData: undefined,
    },
    content: {
      $case: 'dsseEnvelope',
      dsseEnvelope: {
        payload: statement,
        payloadType: STATEMENT_PAYLOAD_TYPE,
        // cosign 3 compares a keyid with the ssh fingerprint and refuses any other: none is written.
        signatures: [{ sig: Buffer.from(signature), keyid: '' }],
      },
    },
  });
  return Buffer.from(JSON.stringify(json));
}
