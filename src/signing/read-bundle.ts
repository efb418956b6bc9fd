import { X509Certificate } from 'node:crypto';
import {
  BUNDLE_V01_MEDIA_TYPE,
  BUNDLE_V02_MEDIA_TYPE,
  BUNDLE_V03_LEGACY_MEDIA_TYPE,
  BUNDLE_V03_MEDIA_TYPE,
  bundleFromJSON,
  envelopeFromJSON,
  ValidationError,
  type Bundle,
  type Envelope,
} from '@sigstore/bundle';
import { KongcrateError, messageOf } from '../errors/kongcrate-error.ts';
import { BUNDLE_FIELDS, ENVELOPE_FIELDS } from './bundle-fields.ts';
import { encodeSignedBytes } from './bundle.ts';
import { readMessageSignature } from './read-message-signature.ts';
import { refuseUnknownFields } from './refuse-unknown-fields.ts';
import type { SignatureCandidate, SignatureProofs } from './signature-candidate.ts';
import { refusedSignature } from './signed-claims.ts';
import { STATEMENT_PAYLOAD_TYPE } from './statement.ts';

const OLD_VERSIONS: readonly string[] = [BUNDLE_V01_MEDIA_TYPE, BUNDLE_V02_MEDIA_TYPE];
const KNOWN_VERSIONS: readonly string[] = [
  ...OLD_VERSIONS,
  BUNDLE_V03_LEGACY_MEDIA_TYPE,
  BUNDLE_V03_MEDIA_TYPE,
];

/** What a bundle holds, in the form every signature is judged in. */
export type BundleContent = Pick<
  SignatureCandidate,
  'content' | 'signedBytes' | 'signature' | 'envelopeKeyId' | 'payload' | 'proofs'
>;

/**
 * Reads a bundle. Nothing in it is believed yet.
 * @param file what a bundle without a statement is about; an image manifest is never signed so
 * @throws KongcrateError CONTENT_INVALID: no bundle of a known version with exactly one signature;
 *   SIGNATURE_MISMATCH: a bundle of something else than an in-toto statement, or of another file
 */
export function readBundle(bytes: Uint8Array, file?: Uint8Array): BundleContent {
  const { mediaType, content, verificationMaterial } = parseBundle(bytes);
  // cosign 3 does not see older ones at an image; of a file it reads them all.
  if (!file && OLD_VERSIONS.includes(mediaType))
    throw refusedSignature(`it is a bundle ${mediaType}: signatures of an image are in v0.3`);
  const proofs = proofsOf(verificationMaterial);
  if (content.$case === 'messageSignature') {
    if (!file) throw refusedSignature('it is a signature over a file, not over an image manifest');
    const signature = readMessageSignature(content.messageSignature, file);
    return { content: 'file', signedBytes: file, signature, payload: file, proofs };
  }
  return { ...readStatementEnvelope(content.dsseEnvelope), proofs };
}

/**
 * Reads the attestation under an `.att` tag. Nothing in it is believed yet.
 * @throws KongcrateError CONTENT_INVALID, SIGNATURE_MISMATCH
 */
export function readEnvelope(bytes: Uint8Array): Omit<BundleContent, 'proofs'> {
  return readStatementEnvelope(
    parse('DSSE envelope', () => {
      const json = parseJson(bytes);
      refuseUnknownFields(json, ENVELOPE_FIELDS);
      return envelopeFromJSON(json);
    }),
  );
}

function readStatementEnvelope({
  payload,
  payloadType,
  signatures,
}: Envelope): Omit<BundleContent, 'proofs'> {
  if (payloadType !== STATEMENT_PAYLOAD_TYPE)
    throw refusedSignature(`it signs the payload type ${JSON.stringify(payloadType)}`);
  const [only] = signatures;
  if (!only || signatures.length !== 1)
    throw refusedSignature(`it has ${signatures.length} signatures instead of one`);
  const signedBytes = encodeSignedBytes(payload);
  const { sig: signature, keyid: envelopeKeyId } = only;
  return { content: 'statement', signedBytes, signature, envelopeKeyId, payload };
}

function proofsOf(material: Bundle['verificationMaterial']): SignatureProofs {
  const { content, tlogEntries, timestampVerificationData } = material;
  const timestamps = timestampVerificationData?.rfc3161Timestamps ?? [];
  const certificate = certificateOf(content);
  return {
    ...(certificate ? { certificate } : {}),
    entries: tlogEntries,
    timestamps: timestamps.map(({ signedTimestamp }) => signedTimestamp),
  };
}

function certificateOf(content: Bundle['verificationMaterial']['content']): Buffer | undefined {
  if (content.$case === 'publicKey') return undefined;
  if (content.$case === 'certificate') return content.certificate.rawBytes;
  const { certificates } = content.x509CertificateChain;
  const [leaf, ...above] = certificates;
  // A chain that brings its own root would vouch for itself (sigstore_bundle.proto).
  if (leaf && !above.some(({ rawBytes }) => isSelfIssued(rawBytes))) return leaf.rawBytes;
  throw refusedSignature('its certificates bring a root along: roots come from the verifier');
}

function isSelfIssued(certificate: Buffer): boolean {
  const { issuer, subject } = new X509Certificate(certificate);
  return issuer === subject;
}

function parseBundle(bytes: Uint8Array): Bundle {
  return parse('sigstore bundle', () => {
    const json = parseJson(bytes);
    refuseUnknownFields(json, BUNDLE_FIELDS);
    const bundle = bundleFromJSON(json);
    if (KNOWN_VERSIONS.includes(bundle.mediaType)) return bundle;
    throw new Error(`its version ${JSON.stringify(bundle.mediaType)} is unknown`);
  });
}

function parseJson(bytes: Uint8Array): unknown {
  return JSON.parse(Buffer.from(bytes).toString('utf8'));
}

function parse<Parsed>(what: string, read: () => Parsed): Parsed {
  try {
    return read();
  } catch (cause) {
    throw new KongcrateError('CONTENT_INVALID', `it is no ${what} (${reasonOf(cause)})`, {
      remedy: 'Sign the artifact again.',
      cause,
    });
  }
}

function reasonOf(cause: unknown): string {
  return cause instanceof ValidationError ? `wrong: ${cause.fields.join(', ')}` : messageOf(cause);
}
