import { brandVerifiedSubject } from '../content/brand-verified-subject.ts';
import type { PinnedReference, TrustBasis, VerifiedSubject } from '../content/verified-subject.ts';
import { mergeSnapshots } from './merge-snapshots.ts';
import type { PluginManifest } from './read-plugin-manifest.ts';
import type { StoredSignature } from './signature-candidate.ts';

/** What was decided about a subject, and on what grounds. */
export interface Grounds {
  readonly reference: PinnedReference;
  readonly plugin: PluginManifest;
  readonly signatures: readonly StoredSignature[];
  /** Absent where nobody has decided about everything: that is a fault of ours. */
  readonly trust: TrustBasis | undefined;
}

/** The only place where a subject becomes a verified one. */
export function vouch({ reference, plugin, signatures, trust }: Grounds): VerifiedSubject {
  if (!trust) throw new Error(`${reference.repository} was not decided about`);
  return brandVerifiedSubject({
    reference,
    manifest: plugin.manifest,
    manifestDigest: plugin.digest,
    trust,
    evidence: mergeSnapshots(
      plugin.blobs,
      signatures.map(({ evidence }) => evidence),
    ),
  });
}
