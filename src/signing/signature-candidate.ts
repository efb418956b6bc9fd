import type { LogEntry } from './log-entry.ts';
import type { ContentSnapshot } from '../content/content-snapshot.ts';
import type { Descriptor } from '../content/descriptor.ts';
import type { SignatureFormat } from '../content/verified-subject.ts';

/** What came along to prove who signed, and when. Nothing of it is believed yet. */
export interface SignatureProofs {
  /** The certificate of the signing key, in DER; without one the verifier has to know the key. */
  readonly certificate?: Uint8Array;
  /** The `keyId` of the key that came along: no other key can have signed. */
  readonly keyId?: string;
  /** Entries of a transparency log. */
  readonly entries: readonly LogEntry[];
  /** Signed timestamps over the signature (RFC 3161), in DER. */
  readonly timestamps: readonly Uint8Array[];
}

/** What a signature covers: a simple signing payload, an in-toto statement, or a file itself. */
export type SignedContent = 'payload' | 'statement' | 'file';

/** Anything found that claims to be a signature: one form for every format, nothing believed yet. */
export interface SignatureCandidate {
  readonly format: SignatureFormat;
  /** Where it was found, for messages. */
  readonly source: string;
  readonly content: SignedContent;
  /** Exactly the bytes the signature covers: the payload, or its DSSE pre-authentication encoding. */
  readonly signedBytes: Uint8Array;
  readonly signature: Uint8Array;
  /** What its timestamps cover, where that is not the signature. */
  readonly stampedBytes?: Uint8Array;
  /** The key by the name that a DSSE envelope gives it; absent or empty where it gives none. */
  readonly envelopeKeyId?: string;
  /** The simple signing payload, the in-toto statement, or the file. */
  readonly payload: Uint8Array;
  readonly proofs: SignatureProofs;
}

/** A signature that a store holds. */
export interface StoredSignature extends SignatureCandidate {
  /** The manifest that holds it. */
  readonly descriptor: Descriptor;
  /** The bytes and names with which a store gives the same candidate again. */
  readonly evidence: ContentSnapshot;
}

/** A place that could not be read, or something found there that is no signature. */
export interface SignatureProblem {
  readonly source: string;
  readonly error: unknown;
}

/** What a search could not read. */
export interface UnreadableSignatures {
  readonly problems: readonly SignatureProblem[];
  /** What lies beyond the limits, as texts: "20 more layers of …". Empty: all was read. */
  readonly unread: readonly string[];
}
