import type { CallOptions, ReadableStore } from '../content/content-store.ts';
import { readManifest } from '../content/read-content.ts';
import type { PinnedReference } from '../content/verified-subject.ts';
import { findAttestations } from './find-attestations.ts';
import { findSignatures } from './find-signatures.ts';
import { readFileSubject } from './read-file-subject.ts';
import { readPluginManifest, type PluginManifest } from './read-plugin-manifest.ts';
import type { StoredSignature } from './signature-candidate.ts';
import type { SignatureSearch } from './signature-findings.ts';

/** What is judged, read and hashed, but not looked into. */
export interface Subject {
  /** Everything that claims to be a signature of it. */
  readonly findSignatures: (search: SignatureSearch) => AsyncIterable<StoredSignature>;
  /** What it holds; asked for only when its signatures suffice. */
  readonly readPlugin: () => Promise<PluginManifest>;
}

export interface SubjectOptions extends CallOptions {
  /** The predicate type of the statement that counts in place of a signature. */
  readonly attestation?: string | undefined;
}

/**
 * Reads a subject by its digest: a manifest or index, or a file where the reference names one.
 * @throws KongcrateError CONTENT_INVALID and what the store throws
 */
export async function readSubject(
  store: ReadableStore,
  reference: PinnedReference,
  options: SubjectOptions,
): Promise<Subject> {
  if (reference.file !== undefined) return readFileSubject(store, reference, options);
  const root = await readManifest(store, reference.descriptor, options);
  return {
    findSignatures: options.attestation === undefined ? findSignatures : findAttestations,
    readPlugin: () => readPluginManifest(store, root, options),
  };
}
