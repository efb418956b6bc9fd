import { existsSync } from 'node:fs';
import type { CallOptions, ReadableStore } from '../content/content-store.ts';
import type { Descriptor } from '../content/descriptor.ts';
import type { ImageIndex, ImageManifest } from '../content/manifest.ts';
import { orNone } from '../content/or-none.ts';
import { pinReference } from '../content/pin-reference.ts';
import { readManifest } from '../content/read-content.ts';
import { signatureTagOf, type Digest } from '../reference/digest.ts';
import { isLayoutReference } from '../reference/reference.ts';
import { describeContent, readLayerContent, type InspectedContent } from './inspect-content.ts';
import { openArchive, type OpenedArchive } from './open-archive.ts';
import { openForReading } from './open-for-reading.ts';
import type { OpenOptions } from './open-store.ts';
import { readReferrers, type ReferrerTree } from './read-referrers.ts';
import { withSpools } from './with-spools.ts';

/** With everything that names the artifact as its subject. */
export interface InspectedArtifact extends ReferrerTree {
  readonly kind: 'artifact';
  readonly reference: string;
  readonly repository: string;
  readonly subject: Descriptor;
  readonly document: ImageManifest | ImageIndex;
  /** Of an artifact with one layer that is an archive. */
  readonly content?: InspectedContent;
  /** The repository in which signatures and referrers were looked for, where it is another one. */
  readonly signatureRepository?: string;
  /** The `.sig` manifest of cosign 2, and how many signatures it lists. */
  readonly legacySignatures?: { readonly digest: Digest; readonly count: number };
}

export interface InspectedRepository {
  readonly kind: 'repository';
  readonly repository: string;
  readonly tags: readonly string[];
}

export interface InspectedFile extends InspectedContent {
  readonly kind: 'file';
  readonly container: OpenedArchive['kind'];
  readonly digest: Digest;
}

/**
 * Shows what a reference, a repository or a file is. Decides nothing about trust.
 * @throws KongcrateError NOT_FOUND, REFERENCE_INVALID, ARCHIVE_REFUSED, CONTENT_INVALID
 */
export async function inspectArtifact(
  target: string,
  options: CallOptions & OpenOptions = {},
): Promise<InspectedArtifact | InspectedRepository | InspectedFile> {
  if (!isLayoutReference(target) && existsSync(target)) return inspectFile(target);
  const opened = await openForReading(target, options);
  if (opened.tag === undefined && opened.digest === undefined)
    return {
      kind: 'repository',
      repository: opened.repository,
      tags: await opened.store.tags(options),
    };
  const { store, signatures } = opened;
  const pinned = await pinReference(store, opened, options);
  const { digest } = pinned.descriptor;
  const { document } = await readManifest(store, pinned.descriptor, options);
  const content = await orNone(() => readLayerContent(store, document, options));
  const referrersStore = signatures?.store ?? store;
  const legacySignatures = await countLegacy(referrersStore, digest, options);
  return {
    kind: 'artifact',
    reference: opened.format({ digest }),
    repository: opened.repository,
    subject: pinned.descriptor,
    document,
    ...(content ? { content } : {}),
    ...(signatures ? { signatureRepository: signatures.repository } : {}),
    ...(legacySignatures ? { legacySignatures } : {}),
    ...(await readReferrers(referrersStore, digest, options)),
  };
}

async function inspectFile(path: string): Promise<InspectedFile> {
  return withSpools(undefined, {}, async (spooling) => {
    const { kind, plan } = await openArchive(path, { spooling });
    const content = await describeContent(plan, { entries: plan.files });
    return { kind: 'file', container: kind, digest: plan.archiveDigest, ...content };
  });
}

async function countLegacy(
  store: ReadableStore,
  digest: Digest,
  options: CallOptions,
): Promise<InspectedArtifact['legacySignatures']> {
  return orNone(async () => {
    const found = await store.resolve(signatureTagOf(digest), options);
    const { document } = await readManifest(store, found, options);
    const count = document.kind === 'manifest' ? document.layers.length : 0;
    return { digest: found.digest, count };
  });
}
