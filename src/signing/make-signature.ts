import type { CallOptions } from '../content/content-store.ts';
import type { SignatureProofs } from './signature-candidate.ts';
import type { Signer } from './signer.ts';
import type { FreshSignature, Witness } from './witness.ts';

/** Who signs, who vouches for it, and what that is held against before anybody else sees it. */
export interface SigningParty {
  readonly signer: Signer;
  /** Asked one after the other, the timestamp authority before the log, which forgets nothing. */
  readonly witnesses?: readonly Witness[];
  /** What certificate and witnesses are held against, as its text; default the public-good root. */
  readonly trustedRoot?: string;
}

/** A signature with all that came along to prove who made it, and when. */
export interface NewSignature {
  readonly signature: Uint8Array;
  readonly signer: Signer;
  readonly proofs: SignatureProofs;
}

/** Signs, and asks every witness. */
export async function makeSignature(
  content: Pick<FreshSignature, 'signedBytes' | 'envelope'>,
  { signer, witnesses = [], signal }: SigningParty & CallOptions,
): Promise<NewSignature> {
  const { signature } = await signer.sign(content.signedBytes);
  const fresh = { ...content, signature, signer };
  const entries = [];
  const timestamps = [];
  for (const witness of witnesses) {
    const testimony = await witness.testify(fresh, signal ? { signal } : {});
    entries.push(...testimony.entries);
    timestamps.push(...testimony.timestamps);
  }
  const certificate = signer.certificate?.leaf;
  return {
    signature,
    signer,
    proofs: { ...(certificate ? { certificate } : {}), entries, timestamps },
  };
}
