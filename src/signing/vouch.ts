import { brandVerifiedSubject } from '../content/brand-verified-subject.ts';
import type { CallOptions, ReadableStore } from '../content/content-store.ts';
import type { ReadManifest } from '../content/read-content.ts';
import type { PinnedReference, TrustBasis, VerifiedSubject } from '../content/verified-subject.ts';
import { checkContentClaims } from './check-content-claims.ts';
import { mergeSnapshots } from './merge-snapshots.ts';
import { readPluginManifest } from './read-plugin-manifest.ts';
import type { SignatureCandidate } from './signature-candidate.ts';

/** What was decided about a subject, and on what grounds. */
export interface Decision {
  readonly reference: PinnedReference;
  readonly root: ReadManifest;
  readonly signatures: readonly SignatureCandidate[];
  readonly trust: TrustBasis;
  readonly expectedName: string | undefined;
}

/** The last checks, and the only place where a subject becomes a verified one. */
export async function vouch(
  store: ReadableStore,
  { reference, root, signatures, trust, expectedName }: Decision,
  options: CallOptions,
): Promise<VerifiedSubject> {
  const plugin = await readPluginManifest(store, root, options);
  checkContentClaims(plugin.manifest, reference, expectedName);
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
