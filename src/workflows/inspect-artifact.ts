import { existsSync } from 'node:fs';
import type { CallOptions, ReadableStore } from '../content/content-store.ts';
import type { Descriptor } from '../content/descriptor.ts';
import type { ImageIndex, ImageManifest } from '../content/manifest.ts';
import { readManifest } from '../content/read-content.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { signatureTagOf, type Digest } from '../reference/digest.ts';
import { openArchive, type OpenedArchive } from './open-archive.ts';
import { openPinned, openStore } from './open-store.ts';

export interface InspectedArtifact {
  readonly kind: 'artifact';
  readonly reference: string;
  readonly repository: string;
  readonly subject: Descriptor;
  readonly document: ImageManifest | ImageIndex;
  /** The `.sig` manifest of cosign 2, and how many signatures it lists. */
  readonly legacySignatures?: { readonly digest: Digest; readonly count: number };
  /** Everything that names this artifact as its subject, with what it names in turn. */
  readonly referrers: readonly ReferrerNode[];
}

export interface ReferrerNode {
  readonly descriptor: Descriptor;
  readonly referrers: readonly ReferrerNode[];
}

export interface InspectedRepository {
  readonly kind: 'repository';
  readonly repository: string;
  readonly tags: readonly string[];
}

export interface InspectedFile {
  readonly kind: 'file';
  readonly container: OpenedArchive['kind'];
  readonly digest: Digest;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

/** How deep the tree of referrers is followed: a signature on an attestation is two. */
const MAX_DEPTH = 4;

/**
 * Shows what a reference, a repository or a file is. Decides nothing about trust.
 * @throws KongcrateError NOT_FOUND, REFERENCE_INVALID, ARCHIVE_REFUSED, CONTENT_INVALID
 */
export async function inspectArtifact(
  target: string,
  options: CallOptions & { readonly as?: string } = {},
): Promise<InspectedArtifact | InspectedRepository | InspectedFile> {
  if (!target.startsWith('oci-layout:') && existsSync(target)) return inspectFile(target);
  const opened = openStore(target, options.as);
  if (opened.tag === undefined && opened.digest === undefined)
    return {
      kind: 'repository',
      repository: opened.repository,
      tags: await opened.store.tags(options),
    };
  const { store, pinned } = await openPinned(target, options);
  const { digest } = pinned.descriptor;
  const { document } = await readManifest(store, pinned.descriptor, options);
  const legacySignatures = await countLegacy(store, digest, options);
  return {
    kind: 'artifact',
    reference: opened.format({ digest }),
    repository: opened.repository,
    subject: pinned.descriptor,
    document,
    ...(legacySignatures ? { legacySignatures } : {}),
    referrers: await readReferrers(store, digest, { ...options, depth: 1 }),
  };
}

async function inspectFile(path: string): Promise<InspectedFile> {
  const { kind, plan } = await openArchive(path);
  const files = plan.files.map((file) => ({ path: file.path, size: file.bytes.length }));
  return { kind: 'file', container: kind, digest: plan.archiveDigest, files };
}

async function countLegacy(
  store: ReadableStore,
  digest: Digest,
  options: CallOptions,
): Promise<InspectedArtifact['legacySignatures']> {
  try {
    const found = await store.resolve(signatureTagOf(digest), options);
    const { document } = await readManifest(store, found, options);
    const count = document.kind === 'manifest' ? document.layers.length : 0;
    return { digest: found.digest, count };
  } catch (error) {
    if (error instanceof KongcrateError && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}

async function readReferrers(
  store: ReadableStore,
  subject: Digest,
  options: CallOptions & { readonly depth: number },
): Promise<readonly ReferrerNode[]> {
  if (options.depth > MAX_DEPTH) return [];
  const nodes: ReferrerNode[] = [];
  for (const descriptor of await store.referrers(subject, undefined, options)) {
    const next = { ...options, depth: options.depth + 1 };
    nodes.push({ descriptor, referrers: await readReferrers(store, descriptor.digest, next) });
  }
  return nodes;
}
