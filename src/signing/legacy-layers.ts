import type { ContentSnapshot } from '../content/content-snapshot.ts';
import type { Descriptor } from '../content/descriptor.ts';
import type { ImageManifest } from '../content/manifest.ts';
import { readContent, type ReadManifest } from '../content/read-content.ts';
import { SIGNATURE_ANNOTATION } from '../reference/media-types.ts';
import { readLegacyProofs } from './read-legacy-proofs.ts';
import { MAX_SIGNATURE_LAYERS } from './read-signature-manifest.ts';
import type { SignatureCandidate, StoredSignature } from './signature-candidate.ts';
import type { SignatureSearch } from './signature-findings.ts';
import { refusedSignature } from './signed-claims.ts';

/** The most bytes a simple signing payload may have. */
export const MAX_PAYLOAD_BYTES: number = 64 * 1024;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** A manifest with legacy signatures, and the names by which a store gives it again. */
export interface LegacyManifest extends Pick<ContentSnapshot, 'tags' | 'referrers'> {
  /** What it is called in messages. */
  readonly source: string;
  readonly manifest: ReadManifest<ImageManifest>;
  /** Those of its layers that are to be read. */
  readonly layers: readonly Descriptor[];
}

/** Reads legacy signatures, one a layer: of all manifests together no more than a `.sig` may hold. */
export class LegacyLayers {
  readonly #search: SignatureSearch;
  readonly #payloads: Map<string, Promise<Buffer>> = new Map<string, Promise<Buffer>>();
  #left = MAX_SIGNATURE_LAYERS;

  constructor(search: SignatureSearch) {
    this.#search = search;
  }

  async *read(holder: LegacyManifest): AsyncGenerator<StoredSignature, void> {
    const { findings } = this.#search;
    const readable = holder.layers.slice(0, this.#left);
    this.#left -= readable.length;
    for (const [index, layer] of readable.entries()) {
      const source = `layer ${index + 1} of ${holder.source}`;
      const candidate = await findings.attempt(source, async () =>
        toCandidate({ ...holder, source, layer, payload: await this.#readPayload(layer) }),
      );
      if (candidate) yield candidate;
    }
    const unreadCount = holder.layers.length - readable.length;
    if (unreadCount > 0) findings.unread.push(`${unreadCount} more layers of ${holder.source}`);
  }

  /** Reads each payload once: junk layers all repeat the same one (notation CVE-2023-33958). */
  #readPayload(layer: Descriptor): Promise<Buffer> {
    const { store, ...options } = this.#search;
    const key = `${layer.digest} ${layer.size}`;
    const payload =
      this.#payloads.get(key) ??
      readContent(store, layer, { ...options, limitBytes: MAX_PAYLOAD_BYTES });
    this.#payloads.set(key, payload);
    return payload;
  }
}

interface LegacyLayer extends Omit<LegacyManifest, 'layers'> {
  readonly layer: Descriptor;
  readonly payload: Buffer;
}

function toCandidate({ source, manifest, layer, payload, ...names }: LegacyLayer): StoredSignature {
  const { descriptor, bytes } = manifest;
  return {
    ...readLayerSignature(layer, payload),
    source,
    descriptor,
    evidence: {
      tags: names.tags,
      referrers: names.referrers,
      blobs: new Map([
        [descriptor.digest, bytes],
        [layer.digest, payload],
      ]),
    },
  };
}

/**
 * Reads the signature that a layer carries over its payload. Nothing in it is believed yet.
 * @throws KongcrateError SIGNATURE_MISMATCH for garbage
 */
export function readLayerSignature(
  layer: Descriptor,
  payload: Buffer,
): Omit<SignatureCandidate, 'source'> {
  const signature = decodeSignature(layer);
  if (!signature) throw refusedSignature('its signature annotation is missing or is no base64');
  const proofs = readLegacyProofs(layer.annotations);
  return {
    format: 'legacy',
    content: 'payload',
    signedBytes: payload,
    signature,
    payload,
    proofs,
  };
}

/** The bytes of a layer's signature annotation: standard base64, in which Go skips line ends. */
export function decodeSignature(layer: Descriptor): Buffer | undefined {
  const base64 = layer.annotations?.[SIGNATURE_ANNOTATION]?.replace(/[\r\n]/g, '');
  return base64 && BASE64.test(base64) ? Buffer.from(base64, 'base64') : undefined;
}
