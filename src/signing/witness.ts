import type { SignatureFormat } from '../content/verified-subject.ts';
import type { LogEntry } from './log-entry.ts';
import type { SignatureProofs } from './signature-candidate.ts';
import type { Signer } from './signer.ts';

/** A signature that was made just now, as those see it who vouch for it. */
export interface FreshSignature {
  /** Exactly the bytes that are signed. */
  readonly signedBytes: Uint8Array;
  readonly signature: Uint8Array;
  /** The content of the DSSE envelope, where the signature stands in one. */
  readonly envelope?: { readonly payload: Uint8Array; readonly payloadType: string };
  readonly signer: Signer;
}

/** What a witness gives back: an entry of its log, or a timestamp in DER. */
export interface Testimony {
  readonly entries: readonly LogEntry[];
  readonly timestamps: readonly Uint8Array[];
}

/** Whoever says that a signature was there at a time: a transparency log, a timestamp authority. */
export interface Witness {
  readonly kind: 'log' | 'timestamp';
  /** The formats that can hold what it says. */
  readonly formats: readonly SignatureFormat[];
  testify(fresh: FreshSignature, options: { readonly signal?: AbortSignal }): Promise<Testimony>;
}

/** Whether a signature brings along what these witnesses would say once more. */
export function isWitnessed(
  { entries, timestamps }: SignatureProofs,
  witnesses: readonly Witness[],
): boolean {
  return witnesses.every(({ kind }) => (kind === 'log' ? entries : timestamps).length > 0);
}
