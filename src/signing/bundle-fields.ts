import type { KnownFields } from './refuse-unknown-fields.ts';

const CERTIFICATE: KnownFields = { rawBytes: true };

const LOG_ENTRY: KnownFields = {
  logIndex: true,
  logId: { keyId: true },
  kindVersion: { kind: true, version: true },
  integratedTime: true,
  inclusionPromise: { signedEntryTimestamp: true },
  inclusionProof: {
    logIndex: true,
    rootHash: true,
    treeSize: true,
    hashes: true,
    checkpoint: { envelope: true },
  },
  canonicalizedBody: true,
};

/** A DSSE envelope (DSSE envelope.md). */
export const ENVELOPE_FIELDS: KnownFields = {
  payload: true,
  payloadType: true,
  signatures: { sig: true, keyid: true },
};

/** Everything a bundle up to v0.3 can say (sigstore_bundle.proto), in the spelling of its JSON. */
export const BUNDLE_FIELDS: KnownFields = {
  mediaType: true,
  verificationMaterial: {
    publicKey: { hint: true },
    certificate: CERTIFICATE,
    x509CertificateChain: { certificates: CERTIFICATE },
    tlogEntries: LOG_ENTRY,
    timestampVerificationData: { rfc3161Timestamps: { signedTimestamp: true } },
  },
  messageSignature: { messageDigest: { algorithm: true, digest: true }, signature: true },
  dsseEnvelope: ENVELOPE_FIELDS,
};
