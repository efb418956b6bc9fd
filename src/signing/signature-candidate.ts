import type { ContentSnapshot } from '../content/content-snapshot.ts';
import type { Descriptor } from '../content/descriptor.ts';
import type { SignatureFormat } from '../content/verified-subject.ts';

/** Anything found that claims to be a signature: one form for every format, nothing believed yet. */
export interface SignatureCandidate {
  readonly format: SignatureFormat;
  /** Where it was found, for messages. */
  readonly source: string;
  /** The manifest that holds it. */
  readonly descriptor: Descriptor;
  /** Exactly the bytes the signature covers: the payload, or its DSSE pre-authentication encoding. */
  readonly signedBytes: Uint8Array;
  readonly signature: Uint8Array;
  /** The simple signing payload, or the in-toto statement. */
  readonly payload: Uint8Array;
  /** What it is to be verified with. */
  readonly material: 'key' | 'certificate';
  /** Whether it carries entries of a transparency log. */
  readonly logged: boolean;
  /** The bytes and names with which a store gives the same candidate again. */
  readonly evidence: ContentSnapshot;
}

/** A place that could not be read, or something found there that is no signature. */
export interface SignatureProblem {
  readonly source: string;
  readonly error: unknown;
}

/** What one place, or all of them, gave. */
export interface FoundSignatures extends UnreadableSignatures {
  readonly candidates: readonly SignatureCandidate[];
}

/** What a search could not read. */
export interface UnreadableSignatures {
  readonly problems: readonly SignatureProblem[];
  /** What lies beyond the limits, as texts: "20 more layers of …". Empty: all was read. */
  readonly unread: readonly string[];
}
