import type { ContentStore } from '../../src/content/content-store.ts';
import type { PinnedReference } from '../../src/content/verified-subject.ts';
import {
  prepareSignatures,
  writeSignatures,
  type SignedArtifact,
  type SignOptions,
} from '../../src/signing/sign-subject.ts';

/** Signs and writes, without reading back. */
export async function signSubject(
  store: ContentStore,
  subject: PinnedReference,
  options: SignOptions,
): Promise<readonly SignedArtifact[]> {
  const prepared = await prepareSignatures(store, subject, options);
  return writeSignatures(store, prepared, options);
}
