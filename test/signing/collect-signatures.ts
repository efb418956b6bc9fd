import type { CallOptions, ReadableStore } from '../../src/content/content-store.ts';
import type { Digest } from '../../src/reference/digest.ts';
import { findSignatures, MAX_BUNDLES } from '../../src/signing/find-signatures.ts';
import type {
  StoredSignature,
  UnreadableSignatures,
} from '../../src/signing/signature-candidate.ts';
import { SignatureFindings } from '../../src/signing/signature-findings.ts';

interface FoundSignatures extends UnreadableSignatures {
  readonly candidates: readonly StoredSignature[];
}

export interface CollectOptions extends CallOptions {
  /** The most referrers that are read in search of bundles; 100 unless told. */
  readonly maxBundles?: number;
}

/** Reads every signature of a digest, and notes what could not be read. */
export async function collectSignatures(
  store: ReadableStore,
  subject: Digest,
  { maxBundles = MAX_BUNDLES, ...options }: CollectOptions = {},
): Promise<FoundSignatures> {
  const findings = new SignatureFindings(options);
  const candidates: StoredSignature[] = [];
  const search = { ...options, store, subject, findings, maxBundles };
  for await (const candidate of findSignatures(search)) candidates.push(candidate);
  return { candidates, problems: findings.problems, unread: findings.unread };
}
