import type { CallOptions, ReadableStore } from '../content/content-store.ts';
import type { Digest } from '../reference/digest.ts';
import { findSignatures as findInStore, MAX_BUNDLES } from './find-signatures.ts';
import type { Subject } from './read-subject.ts';
import type { FoundSignatures, StoredSignature } from './signature-candidate.ts';
import { SignatureFindings } from './signature-findings.ts';

export interface CollectOptions extends CallOptions {
  /** The most referrers that are read in search of bundles; 100 unless told. */
  readonly maxBundles?: number;
  /** Where to look; where stores keep the signatures of manifests unless told. */
  readonly findSignatures?: Subject['findSignatures'];
  /** The repository that the store is, where it is not the subject's own. */
  readonly place?: string;
}

/** Reads every signature of a digest, and notes what could not be read. */
export async function collectSignatures(
  store: ReadableStore,
  subject: Digest,
  { maxBundles = MAX_BUNDLES, findSignatures = findInStore, ...options }: CollectOptions = {},
): Promise<FoundSignatures> {
  const findings = new SignatureFindings(options);
  const candidates: StoredSignature[] = [];
  const search = { ...options, store, subject, findings, maxBundles };
  for await (const candidate of findSignatures(search)) candidates.push(candidate);
  return { candidates, problems: findings.problems, unread: findings.unread };
}
