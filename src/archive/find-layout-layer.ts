import type { Descriptor } from '../content/descriptor.ts';
import { parseManifest, type ImageManifest } from '../content/manifest.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { digestOf, hexOf, type Digest } from '../reference/digest.ts';
import { OCI_INDEX, REF_NAME_ANNOTATION } from '../reference/media-types.ts';
import { archiveRefused, quote } from './archive-refused.ts';
import { checkDocumentSize } from './check-document-size.ts';

type Files = ReadonlyMap<string, Uint8Array>;

/** cosign's tags for signatures, attestations and SBOMs, and the referrers tag schema of OCI. */
const COMPANION_TAG = /(?:^|:)sha256-[0-9a-f]{64}(?:\.sig|\.att|\.sbom)?$/;
/** What `cosign save` writes beside the image. */
const COSIGN_KIND_ANNOTATION = 'kind';
const COMPANION_KIND = /^dev\.cosignproject\.cosign\/(?:sigs|atts)$/;
/** buildx's provenance within an index. */
const DOCKER_REFERENCE_ANNOTATION = 'vnd.docker.reference.type';

/**
 * Finds the one plugin layer of an OCI layout (OCI image-spec, image-layout.md) held in memory.
 * Every blob on the way is checked against its descriptor.
 * @throws KongcrateError ARCHIVE_REFUSED for several artifacts or layers, CONTENT_INVALID,
 *   DIGEST_MISMATCH, SIZE_MISMATCH
 */
export function findLayoutLayer(files: Files, index: Uint8Array): Uint8Array {
  const artifacts = artifactsOf(files, readIndex(index));
  const layers = new Map(
    artifacts.map((artifact) => [
      artifact.layers.map((layer) => layer.digest).join(', '),
      artifact,
    ]),
  );
  const [artifact] = layers.values();
  // The manifests of several platforms may share their layer: then it is one plugin.
  if (artifact === undefined || layers.size > 1) throw refuseCount(layers);
  const [layer] = artifact.layers;
  if (layer === undefined || artifact.layers.length > 1) throw refuseLayers(artifact);
  readBlob(files, artifact.config);
  return readBlob(files, layer);
}

/** Indexes are opened as well; each document once, however often it is listed. */
function artifactsOf(files: Files, listed: readonly Descriptor[]): readonly ImageManifest[] {
  const artifacts: ImageManifest[] = [];
  const waiting = new Map<Digest, Descriptor>();
  const add = (descriptors: readonly Descriptor[]): void => {
    for (const descriptor of descriptors.filter(isArtifact))
      if (!waiting.has(descriptor.digest)) waiting.set(descriptor.digest, descriptor);
  };
  add(listed);
  for (const descriptor of waiting.values()) {
    const bytes = checkDocumentSize(descriptor.digest, readBlob(files, descriptor));
    const document = parseManifest(bytes, descriptor.mediaType);
    if (document.kind === 'index') add(document.manifests);
    else if (document.subject === undefined) artifacts.push(document);
  }
  return artifacts;
}

function isArtifact({ annotations = {} }: Descriptor): boolean {
  return (
    !COMPANION_TAG.test(annotations[REF_NAME_ANNOTATION] ?? '') &&
    !COMPANION_KIND.test(annotations[COSIGN_KIND_ANNOTATION] ?? '') &&
    annotations[DOCKER_REFERENCE_ANNOTATION] === undefined
  );
}

function readIndex(bytes: Uint8Array): readonly Descriptor[] {
  const index = parseManifest(checkDocumentSize('index.json', bytes), OCI_INDEX);
  return index.kind === 'index' ? index.manifests : [];
}

function readBlob(files: Files, descriptor: Descriptor): Uint8Array {
  const path = `blobs/sha256/${hexOf(descriptor.digest)}`;
  const bytes = files.get(path);
  if (bytes === undefined) throw invalid(`the blob ${path} is not in the file`);
  if (bytes.length !== descriptor.size)
    throw mismatch('SIZE_MISMATCH', `${path} has ${bytes.length} bytes, not ${descriptor.size}`);
  if (digestOf(bytes) !== descriptor.digest)
    throw mismatch('DIGEST_MISMATCH', `${path} hashes to ${digestOf(bytes)}`);
  return bytes;
}

function refuseCount(layers: ReadonlyMap<string, unknown>): KongcrateError {
  const found = [...layers.keys()];
  const what = `its layout holds ${found.length} artifacts${found.length > 0 ? ', with the layers ' : ''}${found.join('; ')}`;
  return archiveRefused('IMAGE_COUNT', what, {
    remedy: 'Export one artifact a file, or use the layout as a directory: oci-layout:DIR:TAG.',
    details: { layers: found },
  });
}

function refuseLayers(artifact: ImageManifest): KongcrateError {
  const layers = artifact.layers.map((layer) => `${layer.digest} (${quote(layer.mediaType)})`);
  return archiveRefused('LAYER_COUNT', `it has ${layers.length} layers: ${layers.join(', ')}`, {
    remedy: 'A plugin is one layer; publish it with `kongcrate publish`.',
    details: { layers },
  });
}

function mismatch(code: 'SIZE_MISMATCH' | 'DIGEST_MISMATCH', what: string): KongcrateError {
  return new KongcrateError(code, `the OCI layout contradicts itself: ${what}`, {
    remedy: 'The file was damaged or changed; copy it again.',
  });
}

function invalid(what: string): KongcrateError {
  return new KongcrateError('CONTENT_INVALID', `OCI layout refused: ${what}`, {
    remedy: 'Write the file again with the tool that made it.',
  });
}
