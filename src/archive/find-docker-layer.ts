import type { ByteSource } from '../content/byte-source.ts';
import { digestOfSource } from '../content/hash-source.ts';
import { refuseAmbiguousJson } from '../content/refuse-ambiguous-json.ts';
import { KongcrateError, messageOf } from '../errors/kongcrate-error.ts';
import { hexOf } from '../reference/digest.ts';
import { archiveRefused, quote } from './archive-refused.ts';
import { checkDocumentSize } from './check-document-size.ts';

interface SavedImage {
  readonly config: string | undefined;
  readonly tags: readonly string[];
  readonly layers: readonly string[];
}

export interface DockerLayer {
  readonly layer: ByteSource;
  /** The names of config and layer: what manifest.json gives a meaning. */
  readonly named: ReadonlySet<string>;
}

/** `<hex>.tar.gz` of crane, `<hex>.tar` of podman, `blobs/sha256/<hex>` of docker 25. */
const NAMED_BY_DIGEST = /(?:^|\/)([0-9a-f]{64})(?:\.tar|\.tar\.gz)?$/;

/**
 * Finds the one layer of a tarball that `crane pull`, `docker save` or `podman save` wrote.
 * @throws KongcrateError ARCHIVE_REFUSED for several images or layers, CONTENT_INVALID,
 *   DIGEST_MISMATCH where a layer is not what its name says
 */
export function findDockerLayer(
  files: ReadonlyMap<string, ByteSource>,
  manifest: ByteSource,
): DockerLayer {
  const image = onlyImageOf(readImages(checkDocumentSize('manifest.json', manifest)));
  const name = onlyLayerOf(image);
  const layer = files.get(name);
  if (layer === undefined) throw invalid(`the layer ${quote(name)} is not in the file`);
  const stated = NAMED_BY_DIGEST.exec(name)?.[1];
  const actual = hexOf(digestOfSource(layer));
  if (stated !== undefined && stated !== actual)
    throw new KongcrateError('DIGEST_MISMATCH', `the layer ${quote(name)} hashes to ${actual}`, {
      remedy: 'The file was damaged or changed; pull it again.',
      details: { expected: stated, actual },
    });
  return { layer, named: new Set([name, ...(image.config === undefined ? [] : [image.config])]) };
}

function onlyImageOf(images: readonly SavedImage[]): SavedImage {
  const [image] = images;
  if (image !== undefined && images.length === 1) return image;
  const tags = images.map((each) => quote(each.tags.join(', ')));
  throw archiveRefused('IMAGE_COUNT', `it holds ${images.length} images: ${tags.join('; ')}`, {
    remedy: 'Save one image a file.',
    details: { images: tags },
  });
}

function onlyLayerOf(image: SavedImage): string {
  const [layer] = image.layers;
  if (layer !== undefined && image.layers.length === 1) return layer;
  const layers = image.layers.map(quote);
  throw archiveRefused('LAYER_COUNT', `it has ${layers.length} layers: ${layers.join(', ')}`, {
    remedy: 'A plugin is one layer; publish it with `kongcrate publish`.',
    details: { layers },
  });
}

function readImages(manifest: Uint8Array): readonly SavedImage[] {
  const { text, document } = parse(manifest);
  if (!Array.isArray(document)) throw invalid('it is not a list');
  refuseAmbiguousJson(text, ['Config', 'RepoTags', 'Layers']);
  return document.map((image: unknown) => {
    const fields = Object(image) as Record<string, unknown>;
    const { Config: config, RepoTags: tags = null, Layers: layers } = fields;
    if (!isTexts(layers)) throw invalid('Layers is not a list of names');
    if (tags !== null && !isTexts(tags)) throw invalid('RepoTags is not a list of names');
    return { config: typeof config === 'string' ? config : undefined, tags: tags ?? [], layers };
  });
}

function parse(bytes: Uint8Array): { readonly text: string; readonly document: unknown } {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { text, document: JSON.parse(text) };
  } catch (error) {
    throw invalid(`it is no JSON (${messageOf(error)})`);
  }
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function invalid(what: string): KongcrateError {
  return new KongcrateError('CONTENT_INVALID', `manifest.json refused: ${what}`, {
    remedy: 'Write the file again with `crane pull` or `docker save`.',
  });
}
