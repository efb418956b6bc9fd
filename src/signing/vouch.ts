import { brandVerifiedSubject } from '../content/brand-verified-subject.ts';
import type { PinnedReference, TrustBasis, VerifiedSubject } from '../content/verified-subject.ts';
import { checkContentClaims } from './check-content-claims.ts';
import { mergeSnapshots } from './merge-snapshots.ts';
import type { PluginManifest } from './read-plugin-manifest.ts';
import type { Subject } from './read-subject.ts';
import type { StoredSignature } from './signature-candidate.ts';

/** What was decided about a subject, and on what grounds. */
export interface Decision {
  readonly reference: PinnedReference;
  readonly subject: Subject;
  readonly signatures: readonly StoredSignature[];
  readonly trust: TrustBasis;
  readonly expectedName: string | undefined;
  /** Has the last word, and throws where it refuses. */
  readonly approve?: ((plugin: PluginManifest) => void) | undefined;
}

/** The last checks, and the only place where a subject becomes a verified one. */
export async function vouch({
  reference,
  subject,
  signatures,
  trust,
  expectedName,
  approve,
}: Decision): Promise<VerifiedSubject> {
  const plugin = await subject.readPlugin();
  checkContentClaims(plugin.manifest, reference, expectedName);
  approve?.(plugin);
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
