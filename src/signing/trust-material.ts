import type { TrustedRoot } from '@sigstore/protobuf-specs';
import type { TrustMaterial } from '@sigstore/verify';
import type { TrustRoot } from './trust-root.ts';

/** What @sigstore/verify holds proofs against; the keys are the caller's. */
export type RootMaterial = Omit<TrustMaterial, 'publicKey'>;

// Their types stay out of TrustRoot, which the published declarations lead to: only
// readTrustRoot makes one.
export const materialOf = (root: TrustRoot): RootMaterial => root.material as RootMaterial;
export const documentOf = (root: TrustRoot): TrustedRoot => root.document as TrustedRoot;
