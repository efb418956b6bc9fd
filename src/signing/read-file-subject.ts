import type { ReadableStore } from '../content/content-store.ts';
import type { Descriptor } from '../content/descriptor.ts';
import { FILE_BUNDLE, FILE_LAYER } from '../content/file-parts.ts';
import { orNone } from '../content/or-none.ts';
import { readContent } from '../content/read-content.ts';
import type { PinnedReference } from '../content/verified-subject.ts';
import { OCI_MANIFEST } from '../reference/media-types.ts';
import { readFileBundle } from './read-file-bundle.ts';
import type { PluginManifest } from './read-plugin-manifest.ts';
import type { Subject, SubjectOptions } from './read-subject.ts';
import type { StoredSignature } from './signature-candidate.ts';
import { refusedSignature } from './signed-claims.ts';

/** The most bytes a bundle beside a file may have. */
export const MAX_BUNDLE_BYTES: number = 1024 * 1024;

/**
 * Reads a file that stands for itself: it has no manifest, and at most one bundle beside it.
 * @throws KongcrateError what the store throws
 */
export async function readFileSubject(
  store: ReadableStore,
  { descriptor }: PinnedReference,
  options: SubjectOptions,
): Promise<Subject> {
  const file = await readContent(store, descriptor, { ...options, limitBytes: descriptor.size });
  return {
    findSignatures: async function* () {
      const bundle = await orNone(() => store.resolve(FILE_BUNDLE, options));
      if (bundle) yield await readCandidate(store, { bundle, file }, options);
    },
    readPlugin: async () =>
      describePlugin(descriptor, file, await orNone(() => store.resolve(FILE_LAYER, options))),
  };
}

interface SignedFile {
  readonly bundle: Descriptor;
  readonly file: Uint8Array;
}

async function readCandidate(
  store: ReadableStore,
  { bundle, file }: SignedFile,
  options: SubjectOptions,
): Promise<StoredSignature> {
  const limitBytes = MAX_BUNDLE_BYTES;
  const bytes = await readContent(store, bundle, { ...options, limitBytes });
  const content = readFileBundle(bytes, file);
  // What is signed for an artifact in a registry, whose digest this may be, is not about a file.
  if (content.content === 'statement' && options.attestation === undefined)
    throw refusedSignature('it signs a statement about an artifact, not a file');
  return {
    source: 'the bundle',
    descriptor: bundle,
    ...content,
    evidence: {
      tags: { [FILE_BUNDLE]: bundle },
      referrers: [],
      blobs: new Map([[bundle.digest, bytes]]),
    },
  };
}

/** In the form of a manifest that lists the layer and says nothing else. */
function describePlugin(
  config: Descriptor,
  file: Uint8Array,
  layer: Descriptor | undefined,
): PluginManifest {
  const { digest } = config;
  const layers = layer ? [layer] : [];
  return {
    manifest: { kind: 'manifest', mediaType: OCI_MANIFEST, config, layers, annotations: {} },
    digest,
    // A signature covers the bytes, not their digest: without them nobody could judge it again.
    blobs: new Map([[digest, file]]),
  };
}
