import {
  BUNDLE_V01_MEDIA_TYPE,
  BUNDLE_V02_MEDIA_TYPE,
  BUNDLE_V03_LEGACY_MEDIA_TYPE,
  BUNDLE_V03_MEDIA_TYPE,
  bundleFromJSON,
  bundleToJSON,
  isBundleWithDsseEnvelope,
  isBundleWithPublicKey,
  type Bundle,
} from '@sigstore/bundle';
import { dsse } from '@sigstore/core';
import { KongcrateError, messageOf } from '../errors/kongcrate-error.ts';
import type { PublicKey } from './public-key.ts';
import type { SignatureCandidate } from './signature-candidate.ts';
import { refusedSignature } from './signed-claims.ts';
import { STATEMENT_PAYLOAD_TYPE } from './statement.ts';

const KNOWN_VERSIONS: readonly string[] = [
  BUNDLE_V01_MEDIA_TYPE,
  BUNDLE_V02_MEDIA_TYPE,
  BUNDLE_V03_LEGACY_MEDIA_TYPE,
  BUNDLE_V03_MEDIA_TYPE,
];

/** What a bundle holds, in the form every signature is judged in. */
export type BundleContent = Pick<
  SignatureCandidate,
  'signedBytes' | 'signature' | 'payload' | 'material' | 'logged'
>;

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

/**
 * Reads a bundle. Nothing in it is believed yet.
 * @throws KongcrateError CONTENT_INVALID: no bundle of a known version with exactly one signature;
 *   SIGNATURE_MISMATCH: a bundle of something else than an in-toto statement
 */
export function readBundle(bytes: Uint8Array): BundleContent {
  const bundle = parseBundle(bytes);
  if (!isBundleWithDsseEnvelope(bundle))
    throw refusedSignature('it is a signature over a file, not over an image manifest');
  const { payload, payloadType, signatures } = bundle.content.dsseEnvelope;
  if (payloadType !== STATEMENT_PAYLOAD_TYPE)
    throw refusedSignature(`it signs the payload type ${JSON.stringify(payloadType)}`);
  const [only] = signatures;
  if (!only || signatures.length !== 1)
    throw refusedSignature(`it has ${signatures.length} signatures instead of one`);
  return {
    signedBytes: encodeSignedBytes(payload),
    signature: only.sig,
    payload,
    material: isBundleWithPublicKey(bundle) ? 'key' : 'certificate',
    logged: bundle.verificationMaterial.tlogEntries.length > 0,
  };
}

function parseBundle(bytes: Uint8Array): Bundle {
  try {
    const bundle = bundleFromJSON(JSON.parse(Buffer.from(bytes).toString('utf8')));
    if (KNOWN_VERSIONS.includes(bundle.mediaType)) return bundle;
    throw new Error(`its version ${JSON.stringify(bundle.mediaType)} is unknown`);
  } catch (cause) {
    throw new KongcrateError('CONTENT_INVALID', `it is no sigstore bundle (${messageOf(cause)})`, {
      remedy: 'Sign the artifact again.',
      cause,
    });
  }
}
